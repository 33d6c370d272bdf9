// SPDX-License-Identifier: Apache-2.0
/**
 * Meta — the arithmetic of `meta` rules: numbers, names of rules, and Perl's operators with Perl's precedence and values
 * (`a && b` is b where a holds). Fails by value, with the place in the text. Depth and operators are bounded, so that no file overflows the stack.
 */
import type { Sentence } from '../../core/sentence.ts';

export type MetaNode =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'rule'; readonly name: string }
  /** `rules_matching(__FOO_*)`: how many of those rules hit. */
  | { readonly kind: 'matching'; readonly pattern: string }
  | { readonly kind: 'not' | 'negate'; readonly item: MetaNode }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: MetaNode; readonly right: MetaNode }
  | { readonly kind: 'choice'; readonly test: MetaNode; readonly yes: MetaNode; readonly no: MetaNode };

const precedence = {
  '||': 1,
  '&&': 2,
  '|': 3,
  '^': 3,
  '&': 4,
  '==': 5,
  '!=': 5,
  '<=>': 5,
  '<': 6,
  '>': 6,
  '<=': 6,
  '>=': 6,
  '+': 7,
  '-': 7,
  '*': 8,
  '/': 8,
  '%': 8,
  '**': 9,
} as const;
export type Operator = keyof typeof precedence;

export interface MetaFault {
  readonly position: number;
  readonly reason: Sentence;
}

const depthLimit = 200;
/** `a + b + c` is as deep as it has operators: whoever walks over it goes down by each. */
const operatorLimit = 1_000;
const token = /\s*(?:(\d+(?:\.\d*)?|\.\d+)|([A-Za-z_][\w:]*)|(\|\||&&|<=>|[<>=!]=|\*\*|[-+*/%^!<>&|?:(),]))/y;

export function parseMeta(text: string): MetaNode | MetaFault {
  try {
    const parser = new Parser(text);
    const node = parser.expression(0, 0);
    parser.end();
    return node;
  } catch (error) {
    if (error instanceof Stop) return { position: error.position, reason: error.reason };
    throw error;
  }
}

/** The names of the rules it speaks of, each once; with those of `all` that its patterns mean. */
export function rulesIn(
  node: MetaNode,
  all: Iterable<string> = [],
  into: Set<string> = new Set(),
): ReadonlySet<string> {
  switch (node.kind) {
    case 'rule':
      into.add(node.name);
      break;
    case 'matching':
      for (const name of namesMatching(node.pattern, all)) into.add(name);
      break;
    case 'not':
    case 'negate':
      rulesIn(node.item, all, into);
      break;
    case 'binary':
      rulesIn(node.left, all, into);
      rulesIn(node.right, all, into);
      break;
    case 'choice':
      rulesIn(node.test, all, into);
      rulesIn(node.yes, all, into);
      rulesIn(node.no, all, into);
      break;
    case 'number':
  }
  return into;
}

export function namesMatching(pattern: string, all: Iterable<string>): readonly string[] {
  const form = new RegExp(`^${pattern.replaceAll('*', '\\w*').replaceAll('?', '\\w')}$`);
  return [...all].filter(name => form.test(name));
}

class Stop extends Error {
  readonly position: number;
  readonly reason: Sentence;
  constructor(position: number, reason: Sentence) {
    super(reason.en);
    this.position = position;
    this.reason = reason;
  }
}

class Parser {
  readonly #text: string;
  #at = 0;
  #kind: 'number' | 'name' | 'sign' | 'end' = 'end';
  #word = '';
  /** Where the word begins. */
  #start = 0;
  #operators = 0;

  constructor(text: string) {
    this.#text = text;
    this.#next();
  }

  expression(least: number, depth: number): MetaNode {
    if (depth > depthLimit) throw new Stop(this.#start, { en: 'nested too deeply', ja: '入れ子が深すぎます' });
    let left = this.#operand(depth);
    for (;;) {
      const operator = this.#kind === 'sign' ? operatorOf(this.#word) : undefined;
      if (operator === undefined) break;
      const level = precedence[operator];
      if (level <= least) break;
      this.#operators += 1;
      if (this.#operators > operatorLimit)
        throw new Stop(this.#start, {
          en: `there are more than ${operatorLimit} operators`,
          ja: `演算子が ${operatorLimit} 個を超えています`,
        });
      this.#next();
      left = {
        kind: 'binary',
        operator,
        left,
        right: this.expression(operator === '**' ? level - 1 : level, depth + 1),
      };
    }
    if (least > 0 || !this.#takes('?')) return left;
    const yes = this.expression(0, depth + 1);
    this.#expect(':');
    return { kind: 'choice', test: left, yes, no: this.expression(0, depth + 1) };
  }

  end(): void {
    if (this.#kind !== 'end') throw this.#unexpected();
  }

  #operand(depth: number): MetaNode {
    if (depth > depthLimit) throw new Stop(this.#start, { en: 'nested too deeply', ja: '入れ子が深すぎます' });
    const word = this.#word;
    if (this.#kind === 'number') {
      this.#next();
      return { kind: 'number', value: Number(word) };
    }
    if (this.#kind === 'name') {
      this.#next();
      return word === 'rules_matching' && this.#takes('(') ? this.#matching() : { kind: 'rule', name: word };
    }
    if (this.#takes('(')) {
      const inner = this.expression(0, depth + 1);
      this.#expect(')');
      return inner;
    }
    if (this.#takes('!')) return { kind: 'not', item: this.#operand(depth + 1) };
    if (this.#takes('-')) return { kind: 'negate', item: this.#operand(depth + 1) };
    if (this.#takes('+')) return this.#operand(depth + 1);
    throw this.#unexpected();
  }

  #matching(): MetaNode {
    const close = this.#text.indexOf(')', this.#start);
    const pattern = close < 0 ? '' : this.#text.slice(this.#start, close).trim();
    if (!/^[\w*?]+$/.test(pattern)) throw this.#unexpected();
    this.#at = close + 1;
    this.#next();
    return { kind: 'matching', pattern };
  }

  #takes(sign: string): boolean {
    if (this.#kind !== 'sign' || this.#word !== sign) return false;
    this.#next();
    return true;
  }

  #expect(sign: string): void {
    if (!this.#takes(sign)) throw this.#unexpected(sign);
  }

  #next(): void {
    token.lastIndex = this.#at;
    const match = token.exec(this.#text);
    const rest = this.#text.slice(this.#at);
    this.#start = this.#at + (rest.length - rest.trimStart().length);
    if (!match) {
      if (rest.trim() !== '') throw this.#unexpected();
      this.#kind = 'end';
      this.#word = '';
      return;
    }
    this.#at += match[0].length;
    this.#kind = match[1] !== undefined ? 'number' : match[2] !== undefined ? 'name' : 'sign';
    this.#word = match[1] ?? match[2] ?? match[3] ?? '';
  }

  #unexpected(wanted?: string): Stop {
    const seen = this.#text.slice(this.#start, this.#start + 20);
    if (wanted === undefined && seen === '')
      return new Stop(this.#start, { en: 'something is missing at the end', ja: '末尾に何かが足りません' });
    return wanted === undefined
      ? new Stop(this.#start, { en: `“${seen}” is not expected here`, ja: `ここに「${seen}」は置けません` })
      : new Stop(this.#start, { en: `expected “${wanted}”`, ja: `「${wanted}」が必要です` });
  }
}

function operatorOf(word: string): Operator | undefined {
  return Object.hasOwn(precedence, word) ? (word as Operator) : undefined;
}
