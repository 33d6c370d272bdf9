// SPDX-License-Identifier: Apache-2.0
/**
 * Expression — a Perl regular expression as written in a rule file: `/…/i`, `m{…}`, `m,…,`, `qr(…)`; and what its translation gives.
 * Fails by value: what is wrong, in both languages, and the place in the text.
 */
import type { Sentence } from '../../core/sentence.ts';
import type { Bound } from './bound.ts';
import type { Factor } from './factor.ts';

export interface PerlExpression {
  /** What stands between the delimiters. */
  readonly pattern: string;
  /** The modifiers after them; `i m s x n` matter, those of another use (`g o a u l d p c`) are accepted. */
  readonly flags: string;
}

/**
 * What the expression is matched against. `latin1`: strings whose units are the octets of the text (0 to 255), with ASCII classes, as
 * SpamAssassin compiles (`/aa`). `unicode`: text folded by NFKC, with Unicode classes.
 */
export type Mode = 'latin1' | 'unicode';

/**
 * What matching costs in the length of the text, for the worst text: `linear` is proven; `polynomial` has a `degree` that is proven as
 * an upper bound; `unproven` is neither; `suspected` has two ways round a loop as far as is known, but no text was seen to take exponential time.
 */
export type Cost = 'linear' | 'polynomial' | 'unproven' | 'suspected';

export interface Translation {
  readonly regex: RegExp;
  /** Of an expression on text: one on octets that matches the same in ASCII, where Unicode's classes are large for nothing. */
  readonly ascii?: RegExp | undefined;
  /**
   * Lower-case (`toLowerCase`) strings, rare enough to be looked for, of which one occurs in the lower-cased text of every match; undefined if
   * none are known.
   */
  readonly literals: readonly string[] | undefined;
  /** Other sets of such strings, of each of which one occurs in every match. */
  readonly also: readonly (readonly string[])[];
  /** A rare piece that every match contains, for an expression on octets that has no literals. */
  readonly factor?: Factor | undefined;
  /** The fewest units a match takes. */
  readonly shortest: number;
  readonly bound: Bound;
  /** Lower-case strings of which one stands wherever a match begins; undefined if none are known, or nothing depends on it. */
  readonly beginnings?: readonly string[] | undefined;
  readonly cost: Cost;
  /** The exponent, for `polynomial`. */
  readonly degree?: number;
  /** Names of captures, which are the groups of the match. */
  readonly names: readonly string[];
  /** Perl's number of a group (1, 2, …) → its place in the match; only those kept. */
  readonly groups: ReadonlyMap<number, number>;
}

/** A text on which matching takes exponential time: `prefix`, `pump` as often as one likes, `suffix`. */
export interface Witness {
  readonly prefix: string;
  readonly pump: string;
  readonly suffix: string;
}

export interface Refusal {
  readonly reason: Sentence;
  /** Offset in the pattern. */
  readonly position: number;
  /** For an expression refused because it can take exponential time. */
  readonly witness?: Witness;
}

const closing: Readonly<Record<string, string>> = { '{': '}', '(': ')', '<': '>', '[': ']' };

/** Takes the expression out of its delimiters; `position` of a refusal counts from the start of `text`. */
export function readExpression(text: string): PerlExpression | Refusal {
  const start = /^(?:m|qr)?(?=\W)/.exec(text)?.[0].length;
  const opener = start === undefined ? undefined : text[start];
  if (start === undefined || opener === undefined || (start === 0 && opener !== '/')) return refuse('noDelimiter', 0);
  if (opener === '\\' || /\s/.test(opener)) return refuse('noDelimiter', start);
  const closer = closing[opener] ?? opener;
  const end = text.lastIndexOf(closer);
  const flags = text.slice(end + 1);
  if (end <= start || !/^[a-df-z]*$/.test(flags)) return refuse('noEnd', text.length);
  const unknown = /[^imsxnagoudlpc]/.exec(flags);
  if (unknown !== null) return refuse('unknownFlag', end + 1 + unknown.index);
  const pattern = text.slice(start + 1, end);
  // Only where opener and closer are the same can one inside end the expression; of pairs SpamAssassin takes the last.
  if (closer === opener) {
    const inner = findUnescaped(pattern, closer);
    if (inner !== undefined) return refuse('delimiterInside', start + 1 + inner);
  }
  return { pattern, flags };
}

function findUnescaped(pattern: string, sign: string): number | undefined {
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === sign) return i;
  }
  return undefined;
}

const reasons = {
  noDelimiter: { en: 'the expression has no delimiters', ja: '正規表現に区切り文字がありません' },
  noEnd: {
    en: 'the expression does not end with its delimiter and modifiers',
    ja: '正規表現が区切り文字と修飾子で終わっていません',
  },
  unknownFlag: { en: 'a modifier that is not known', ja: '不明な修飾子です' },
  delimiterInside: {
    en: 'the delimiter stands inside the expression without a backslash',
    ja: '区切り文字がバックスラッシュなしで正規表現の中にあります',
  },
} as const satisfies Record<string, Sentence>;

function refuse(why: keyof typeof reasons, position: number): Refusal {
  return { reason: reasons[why], position };
}
