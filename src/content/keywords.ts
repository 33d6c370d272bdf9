// SPDX-License-Identifier: Apache-2.0
/**
 * Keywords — an operator's words with their points, made ready to be found in one pass over folded text.
 * A word that begins or ends with a letter or digit of ASCII is a whole word (`cialis` is not in `specialist`); Japanese needs no border.
 */
import { fold } from './fold.ts';
import { Literals } from './literals.ts';

export interface Keyword {
  /** As it was configured. */
  readonly word: string;
  readonly points: number;
  readonly symbol: string;
}

export class Keywords {
  readonly list: readonly Keyword[];
  readonly #folded: readonly string[];
  readonly #literals: Literals;

  constructor(words: Readonly<Record<string, number>>) {
    const taken = new Set<string>();
    this.list = Object.entries(words).map(([word, points]) => ({ word, points, symbol: symbolFor(word, taken) }));
    this.#folded = this.list.map(({ word }) => fold(word));
    this.#literals = new Literals(this.#folded);
  }

  /** The keywords that occur in folded text, in the order of the list. */
  in(folded: string): readonly Keyword[] {
    const seen = new Set<number>();
    this.#literals.find(folded, (word, end) => {
      if (!seen.has(word) && isWhole(folded, end - (this.#folded[word]?.length ?? 0), end)) seen.add(word);
    });
    return seen.size === 0 ? [] : this.list.filter((_, index) => seen.has(index));
  }

  /** What was configured, for showing the configuration. */
  toJSON(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.list.map(({ word, points }) => [word, points]));
  }
}

/** `KEYWORD_VIAGRA`, `KEYWORD_U24` for `$`, `KEYWORD_CLICK_HERE`; a number is added where two words come to the same name. */
function symbolFor(word: string, taken: Set<string>): string {
  const letters = Array.from(word.toUpperCase(), sign =>
    /[A-Z0-9]/.test(sign)
      ? sign
      : /[\s_-]/.test(sign)
        ? '_'
        : `U${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase()}`,
  );
  const base = `KEYWORD_${letters.join('').slice(0, 80)}`;
  let symbol = base;
  for (let n = 2; taken.has(symbol); n++) symbol = `${base}_${n}`;
  taken.add(symbol);
  return symbol;
}

function isWhole(text: string, start: number, end: number): boolean {
  return (
    !(isWordUnit(text.charCodeAt(start)) && isWordUnit(text.charCodeAt(start - 1))) &&
    !(isWordUnit(text.charCodeAt(end - 1)) && isWordUnit(text.charCodeAt(end)))
  );
}

/** ASCII letters (folded, so lower case) and digits; NaN outside the text is none. */
function isWordUnit(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39);
}
