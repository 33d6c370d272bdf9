// SPDX-License-Identifier: Apache-2.0
/**
 * Composites — symbols of the operator's own, found where an expression over the other symbols is not 0: `SPF_FAIL && !DKIM_PASS`, `(A + B + C) >= 2`, in
 * the language of SpamAssassin's `meta`. A symbol is 1 where it was found and counts, else 0. Each may speak of checks' symbols and of composites before it. Pure.
 */
import { z } from 'zod';
import { compositeCheck, type PreparedCheck } from '../check/assembly.ts';
import type { Symbols } from '../check/check.ts';
import type { Outcome } from '../check/run.ts';
import { composedAtMost, type Composite } from '../core/score-edits.ts';
import type { Sentence } from '../core/sentence.ts';
import { formulaOf, valuesOf, type Formula } from '../wire/rules/formula.ts';
import { parseMeta, rulesIn } from '../wire/rules/meta.ts';

export interface CompositeFault {
  readonly sentence: Sentence;
  readonly details: Readonly<Record<string, string | number>>;
}

/** Why that one cannot be; `isKnown` says which symbols there are before it. */
export function compositeFault(
  { symbol, expression, says }: Composite,
  isKnown: (symbol: string) => boolean,
): CompositeFault | undefined {
  const fault = (en: string, ja: string, details = {}): CompositeFault => ({ sentence: { en, ja }, details });
  if (!/^[A-Z][A-Z0-9_]{0,59}$/.test(symbol))
    return fault('{symbol} is no name for a symbol', '{symbol} は記号の名前に使えない', { symbol });
  const sentences = [says.en, says.ja];
  if (sentences.some(text => text.trim() === ''))
    return fault(
      'what {symbol} says is missing: give it in English (--en) and in Japanese (--ja)',
      '{symbol} の説明文がない: 英語（--en）と日本語（--ja）で指定する',
      { symbol },
    );
  if (sentences.some(text => /[{}\p{Cc}]/u.test(text)))
    return fault('a sentence holds {, } or a control character', '説明文に {、} または制御文字がある');
  if (sentences.some(text => text.length > composedAtMost.sentence))
    return fault('a sentence has more than {most} characters', '説明文が {most} 文字を超えている', {
      most: composedAtMost.sentence,
    });
  if (expression.trim() === '') return fault('the expression is empty', '式が空である');
  if (expression.length > composedAtMost.expression)
    return fault('the expression has more than {most} characters', '式が {most} 文字を超えている', {
      most: composedAtMost.expression,
    });
  if (expression.includes('rules_matching'))
    return fault('rules_matching is not known here', 'rules_matching はここでは使えない');
  const node = parseMeta(expression);
  if ('reason' in node)
    return fault(
      `{expression}: at {position}: ${node.reason.en}`,
      `{expression}: {position} 文字目: ${node.reason.ja}`,
      {
        expression,
        position: node.position + 1,
      },
    );
  const names = rulesIn(node);
  if (names.has(symbol))
    return fault('{symbol} cannot be made of itself', '{symbol} の式に {symbol} 自身は使えない', { symbol });
  const unknown = [...names].find(name => !isKnown(name));
  return unknown === undefined
    ? undefined
    : fault('{symbol} = {expression}: there is no symbol {unknown}', '{symbol} = {expression}: 記号 {unknown} はない', {
        symbol,
        expression,
        unknown,
      });
}

export class Composites {
  readonly #check: PreparedCheck;
  readonly #numbers = new Map<string, number>();
  readonly #formulas: readonly { readonly symbol: string; readonly number: number; readonly formula: Formula }[];

  /** What cannot be read is left out: it was refused when it was made. */
  constructor(composites: readonly Composite[]) {
    const read = composites.flatMap(composite => {
      const node = parseMeta(composite.expression);
      return 'reason' in node ? [] : [{ symbol: composite.symbol, node }];
    });
    for (const name of read.flatMap(({ symbol, node }) => [...rulesIn(node), symbol]))
      if (!this.#numbers.has(name)) this.#numbers.set(name, this.#numbers.size);
    this.#formulas = read.map(({ symbol, node }) => ({
      symbol,
      number: this.#numbers.get(symbol) ?? 0,
      formula: formulaOf(node, { numbers: this.#numbers, costOf: () => 1 }),
    }));
    this.#check = preparedOf(symbolsOf(composites));
  }

  /** What they come to where these symbols were found and count. */
  found(symbols: Iterable<string>): readonly string[] {
    const values = new Float64Array(this.#numbers.size);
    for (const symbol of symbols) {
      const number = this.#numbers.get(symbol);
      if (number !== undefined) values[number] = 1;
    }
    return this.#formulas.flatMap(({ symbol, number, formula }) => {
      const value = formula.value(valuesOf(values));
      // 0 / 0 says nothing.
      const holds = value !== 0 && !Number.isNaN(value);
      values[number] = Number(holds);
      return holds ? symbol : [];
    });
  }

  /** As if a check had found them. */
  outcome(symbols: Iterable<string>): Outcome {
    const findings = this.found(symbols).map(symbol => ({ symbol, details: {}, share: 1 }));
    return { check: this.#check, status: 'done', findings };
  }
}

export function symbolsOf(composites: readonly Composite[]): Symbols {
  return Object.fromEntries(composites.map(({ symbol, score, says }) => [symbol, { weight: score, says }]));
}

function preparedOf(symbols: Symbols): PreparedCheck {
  const config = { mode: 'enforce', onUnavailable: 'pass', weights: {} } as const;
  const summary = { en: 'Composites.', ja: '組み合わせ。' };
  const check = {
    name: compositeCheck,
    stage: 'mailbox',
    summary,
    needs: [],
    config: z.object({}),
    symbols,
    run: () => [],
  } as const;
  return {
    name: compositeCheck,
    check,
    mode: 'enforce',
    onUnavailable: 'pass',
    config,
    symbols,
    factNeeds: [],
    isExpensive: false,
    give: () => ({}),
  };
}
