// SPDX-License-Identifier: Apache-2.0
/**
 * Compile — the rules of a folder made ready to run. What cannot be run is listed with its reason and place, what asks the network too: every rule
 * is in one of the lists.
 */
import type { Sentence } from '../../core/sentence.ts';
import {
  readExpression,
  type Mode,
  type PerlExpression,
  type Refusal,
  type Translation,
} from '../../wire/regex/expression.ts';
import { rulesIn, type MetaNode } from '../../wire/rules/meta.ts';
import type { HeaderQuery, Problem, Rule, RuleSet, WrittenExpression } from '../../wire/rules/types.ts';
import { evalTests, isNetworkTest, type EvalTest } from './evals/all.ts';
import { writeOut } from './replace.ts';
import { textOf } from './views/octets.ts';

export type Translate = (expression: PerlExpression, mode: Mode) => Translation | Refusal;

/** A translated expression of a rule, by its place in `Compiled.matchers`. */
export interface Matcher {
  readonly index: number;
  readonly rule: number;
  readonly regex: RegExp;
  /** For texts in ASCII; undefined where it is the same. */
  readonly ascii: RegExp | undefined;
  /** Whether it is matched against text in one spelling, and not against octets. */
  readonly isUnicode: boolean;
  readonly literals: readonly string[] | undefined;
  readonly also: Translation['also'];
  readonly factor: Translation['factor'];
  readonly shortest: number;
  readonly bound: Translation['bound'];
  readonly beginnings: Translation['beginnings'];
  readonly cost: Translation['cost'];
  readonly degree: number;
  readonly names: readonly string[];
  /** Tags of `%{TAG}` in it, whose values the message gives. */
  readonly tags: readonly string[];
}

export type Run =
  | {
      readonly kind: 'header' | 'mimeheader';
      readonly query: HeaderQuery;
      readonly isNegated: boolean;
      readonly unset: string | undefined;
      readonly matcher: Matcher;
    }
  | { readonly kind: 'exists'; readonly query: HeaderQuery }
  | { readonly kind: 'body' | 'rawbody' | 'full' | 'uri'; readonly matcher: Matcher }
  | {
      readonly kind: 'uri-detail';
      readonly conditions: readonly { readonly key: string; readonly isNegated: boolean; readonly matcher: Matcher }[];
    }
  | { readonly kind: 'eval'; readonly test: EvalTest; readonly values: readonly string[] }
  | { readonly kind: 'meta'; readonly expression: MetaNode };

export interface CompiledRule {
  readonly index: number;
  readonly name: string;
  readonly rule: Rule;
  readonly run: Run;
  readonly score: number;
}

export interface Compiled {
  readonly rules: readonly CompiledRule[];
  readonly byName: ReadonlyMap<string, CompiledRule>;
  readonly matchers: readonly Matcher[];
  readonly problems: readonly Problem[];
  /** Names of rules that ask name servers or other machines. */
  readonly network: readonly string[];
  /** Rules whose score is 0 are not run. */
  readonly idle: readonly string[];
}

export interface CompileOptions {
  readonly translate: Translate;
  /** 0 to 3: bit 0 network tests, bit 1 Bayes. */
  readonly scoreSet?: 0 | 1 | 2 | 3;
  /** Rules without points are compiled too. */
  readonly isForLint?: boolean;
}

const said = {
  eval: { en: 'there is no equal for this test here', ja: 'この検査に相当する機能がありません' },
  circle: { en: 'the rule depends on itself', ja: '規則が自分自身に依存しています' },
} as const satisfies Record<string, Sentence>;

export function compileRules(set: RuleSet, options: CompileOptions): Compiled {
  const steps = compileSteps(set, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The same, rule by rule: between two of them others may have their turn. */
export function compileSteps(set: RuleSet, options: CompileOptions): Generator<undefined, Compiled, void> {
  return new Compiler(set, options).compile();
}

class Compiler {
  readonly #set: RuleSet;
  readonly #translate: Translate;
  readonly #scoreSet: 0 | 1 | 2 | 3;
  readonly #isForLint: boolean;
  readonly #rules: CompiledRule[] = [];
  readonly #matchers: Matcher[] = [];
  readonly #problems: Problem[];
  readonly #network: string[] = [];
  readonly #idle: string[] = [];

  constructor(set: RuleSet, { translate, scoreSet = 0, isForLint = false }: CompileOptions) {
    this.#isForLint = isForLint;
    this.#set = set;
    this.#translate = translate;
    this.#scoreSet = scoreSet;
    this.#problems = [...set.problems];
  }

  *compile(): Generator<undefined, Compiled, void> {
    for (const rule of this.#set.rules.values()) {
      const score = rule.scores[this.#scoreSet];
      // A part (`__`) has no points and is run nevertheless; one that was given none is not.
      if (score === 0 && !this.#isForLint && !(rule.name.startsWith('__') && rule.scores.every(one => one === 0))) {
        this.#idle.push(rule.name);
        continue;
      }
      const run = this.#runOf(rule);
      if (run) this.#rules.push({ index: this.#rules.length, name: rule.name, rule, run, score });
      yield;
    }
    this.#refuseCircles();
    return {
      rules: this.#rules,
      byName: new Map(this.#rules.map(rule => [rule.name, rule])),
      matchers: this.#matchers,
      problems: this.#problems,
      network: this.#network,
      idle: this.#idle,
    };
  }

  #runOf(rule: Rule): Run | undefined {
    const { test } = rule;
    switch (test.kind) {
      case 'network':
        this.#network.push(rule.name);
        return undefined;
      case 'meta':
        return { kind: 'meta', expression: test.expression };
      case 'exists':
        return { kind: 'exists', query: test.query };
      case 'header':
      case 'mimeheader': {
        const matcher = this.#matcher(rule, test.expression);
        return matcher && { kind: test.kind, query: test.query, isNegated: test.isNegated, unset: test.unset, matcher };
      }
      case 'body':
      case 'rawbody':
      case 'full':
      case 'uri': {
        const matcher = this.#matcher(rule, test.expression);
        return matcher && { kind: test.kind, matcher };
      }
      case 'uri-detail': {
        const conditions = test.conditions.flatMap(({ key, isNegated, expression }) => {
          const matcher = this.#matcher(rule, expression);
          return matcher ? [{ key, isNegated, matcher }] : [];
        });
        if (conditions.length === test.conditions.length) return { kind: 'uri-detail', conditions };
        // Those of the conditions that could be read belong to no rule.
        this.#matchers.length -= conditions.length;
        return undefined;
      }
      case 'eval': {
        if (isNetworkTest(test.name) || rule.flags.has('net')) {
          this.#network.push(rule.name);
          return undefined;
        }
        const found = this.#isForLocales(test.name) ? undefined : evalTests.get(test.name);
        if (found) return { kind: 'eval', test: found, values: test.values };
        this.#problem(rule, { ...said.eval, en: `${said.eval.en}: ${test.name}`, ja: `${said.eval.ja}: ${test.name}` });
        return undefined;
      }
    }
  }

  /** Charsets are judged by locales only where a file says which are welcome; there is no equal for that. */
  #isForLocales(test: string): boolean {
    const welcome = this.#set.settings.get('ok_locales')?.at(-1)?.value ?? 'all';
    return test.includes('faraway') && !/\ball\b/.test(welcome);
  }

  #matcher(rule: Rule, written: WrittenExpression): Matcher | undefined {
    const read = readExpression(written.text);
    if ('reason' in read) return this.#refuse(rule, written, read);
    const { isUnicode } = rule;
    const octets = rule.hasTags ? writeOut(read.pattern, this.#set.replace) : read.pattern;
    const tags: string[] = [];
    const pattern = (isUnicode ? textOf(octets) : octets).replace(/(?<!\\)%\{([A-Z]\w*)\}/g, (_, name: string) => {
      const known = tags.indexOf(name);
      return `(?:${placeholder(known < 0 ? tags.push(name) - 1 : known)})`;
    });
    const translated = this.#translate({ pattern, flags: read.flags }, isUnicode ? 'unicode' : 'latin1');
    if ('reason' in translated) return this.#refuse(rule, written, translated);
    const { cost, degree = 1, bound, beginnings, shortest, names, literals, also, factor } = translated;
    let regex: RegExp | undefined;
    let ascii: RegExp | undefined;
    const matcher: Matcher = {
      index: this.#matchers.length,
      rule: this.#rules.length,
      get regex() {
        return (regex ??= global(translated.regex));
      },
      get ascii() {
        return tags.length > 0 ? undefined : (ascii ??= translated.ascii && global(translated.ascii));
      },
      isUnicode,
      // What is put in for a tag is not known before.
      literals: tags.length > 0 ? undefined : literals,
      also: tags.length > 0 ? [] : also,
      factor: tags.length > 0 ? undefined : factor,
      shortest: tags.length > 0 ? 0 : shortest,
      bound,
      beginnings: tags.length > 0 ? undefined : beginnings,
      cost,
      degree,
      names,
      tags,
    };
    this.#matchers.push(matcher);
    return matcher;
  }

  #refuse(rule: Rule, written: WrittenExpression, { reason, position }: Refusal): undefined {
    const column = written.place.column + position;
    this.#problems.push({ ...written.place, column, rule: rule.name, reason });
  }

  #problem(rule: Rule, reason: Sentence): void {
    this.#problems.push({ ...rule.place, rule: rule.name, reason });
  }

  #refuseCircles(): void {
    const metas = new Map(
      this.#rules.flatMap(({ name, run }) => (run.kind === 'meta' ? [[name, rulesIn(run.expression)] as const] : [])),
    );
    const done = new Set<string>();
    const visit = (name: string, trail: Set<string>): void => {
      if (done.has(name) || !metas.has(name)) return;
      if (trail.has(name)) {
        const rule = this.#set.rules.get(name);
        if (rule) this.#problem(rule, said.circle);
        return;
      }
      trail.add(name);
      for (const next of metas.get(name) ?? []) visit(next, trail);
      trail.delete(name);
      done.add(name);
    };
    for (const name of metas.keys()) visit(name, new Set());
  }
}

/** Looked for from the start or on from the last hit. */
function global(regex: RegExp): RegExp {
  return regex.global ? regex : new RegExp(regex.source, `${regex.flags}g`);
}

/** Digits have no case and no meaning in expressions: the value of a tag is put in their place. */
export function placeholder(index: number): string {
  return `7310${String(index).padStart(3, '0')}0137`;
}
