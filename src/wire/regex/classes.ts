// SPDX-License-Identifier: Apache-2.0
/**
 * Classes — what `\d`, `[:punct:]`, `\p{Han}` and the like stand for in each mode.
 * Remembers what it has worked out, since a walk over all of Unicode takes milliseconds: use one for all expressions.
 */
import { complement, intersect, single, unite, type Charset } from './charset.ts';
import type { Mode } from './expression.ts';

export interface Class {
  readonly set: Charset;
  /** The same as the inside of a JavaScript class (/v), where the set is long. */
  readonly inside: string | undefined;
}

export class Classes {
  readonly limit: number;
  readonly #mode: Mode;
  readonly #properties = new Map<string, Charset | undefined>();
  #everything: string | undefined;

  constructor(mode: Mode) {
    this.#mode = mode;
    this.limit = mode === 'latin1' ? 0xff : 0x10ffff;
  }

  /** By letter: d w s h v, capitals for the complement; undefined for others. */
  escape(letter: string): Class | undefined {
    const lower = letter.toLowerCase();
    const found = this.#positive(lower);
    if (found === undefined) return undefined;
    return lower === letter ? found : this.negate(found);
  }

  /** By its POSIX name; as all letters are ASCII's in rules, so are these, but in unicode mode. */
  posix(name: string): Class | undefined {
    if (this.#mode === 'unicode' && posixProperties[name] !== undefined) return this.property(posixProperties[name]);
    if (name === 'word') return this.escape('w');
    if (name === 'digit') return this.escape('d');
    if (name === 'space') return this.escape('s');
    const set = posixSets[name];
    return set === undefined ? undefined : { set, inside: undefined };
  }

  /** By what stands in `\p{…}`; undefined for one that JavaScript does not know either. */
  property(name: string): Class | undefined {
    const asked =
      perlNames[name.replace(/[\s_-]/g, '').toLowerCase()] ?? name.trim().replace(/^Is_?/, '').replace(':', '=');
    for (const candidate of [asked, `Script=${asked}`, asked.replace(/\b[a-z]/g, c => c.toUpperCase())]) {
      const set = this.#lookUp(candidate);
      if (set !== undefined) {
        return this.#mode === 'latin1'
          ? { set: intersect(set, [0, 0xff]), inside: undefined }
          : { set, inside: `\\p{${candidate}}` };
      }
    }
    return undefined;
  }

  negate(found: Class): Class {
    return {
      set: complement(found.set, this.limit),
      inside: found.inside === undefined ? undefined : `[^${found.inside}]`,
    };
  }

  #positive(letter: string): Class | undefined {
    const isUnicode = this.#mode === 'unicode';
    switch (letter) {
      case 'd':
        return isUnicode ? this.property('Nd') : { set: digits, inside: undefined };
      case 'w':
        return isUnicode ? this.#unicodeWord() : { set: unite(digits, letters, single(0x5f)), inside: undefined };
      case 's':
        return { set: isUnicode ? unicodeSpace : asciiSpace, inside: undefined };
      case 'h':
        return { set: intersect(horizontal, [0, this.limit]), inside: undefined };
      case 'v':
        return { set: intersect(vertical, [0, this.limit]), inside: undefined };
      default:
        return undefined;
    }
  }

  #unicodeWord(): Class {
    const names = ['Alphabetic', 'M', 'Nd', 'Pc', 'Join_Control'];
    const inside = names.map(name => `\\p{${name}}`).join('');
    const known = this.#properties.get('\\w');
    if (known !== undefined) return { set: known, inside };
    const set = unite(...names.map(name => this.#lookUp(name) ?? []));
    this.#properties.set('\\w', set);
    return { set, inside };
  }

  #lookUp(name: string): Charset | undefined {
    if (!/^[\w=]+$/.test(name)) return undefined;
    if (!this.#properties.has(name)) this.#properties.set(name, this.#walk(name));
    return this.#properties.get(name);
  }

  #walk(name: string): Charset | undefined {
    let runs: RegExp;
    try {
      runs = new RegExp(`\\p{${name}}+`, 'gv');
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
    this.#everything ??= everySign(this.limit);
    const set: number[] = [];
    for (const match of this.#everything.matchAll(runs)) {
      const first = match[0].codePointAt(0)!;
      const tail = match[0].charCodeAt(match[0].length - 1);
      const last =
        tail >= 0xdc00 && tail <= 0xdfff && match[0].length > 1 ? match[0].codePointAt(match[0].length - 2)! : tail;
      set.push(first, last);
    }
    return set;
  }
}

/** All code points in order but the surrogates, which would pair. */
function everySign(limit: number): string {
  const parts: string[] = [];
  for (let code = 0; code <= limit; code++) if (code < 0xd800 || code > 0xdfff) parts.push(String.fromCodePoint(code));
  return parts.join('');
}

const digits: Charset = [0x30, 0x39];
const letters: Charset = [0x41, 0x5a, 0x61, 0x7a];
const asciiSpace: Charset = [9, 13, 32, 32];
const horizontal: Charset = [
  9, 9, 32, 32, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000,
];
const vertical: Charset = [10, 13, 0x85, 0x85, 0x2028, 0x2029];
const unicodeSpace: Charset = unite(horizontal, vertical);

const posixSets: Readonly<Record<string, Charset>> = {
  alpha: letters,
  alnum: unite(digits, letters),
  ascii: [0, 127],
  blank: [9, 9, 32, 32],
  cntrl: [0, 31, 127, 127],
  graph: [33, 126],
  lower: [0x61, 0x7a],
  print: [32, 126],
  punct: [33, 47, 58, 64, 91, 96, 123, 126],
  upper: [0x41, 0x5a],
  xdigit: [0x30, 0x39, 0x41, 0x46, 0x61, 0x66],
};

const posixProperties: Readonly<Record<string, string>> = {
  alpha: 'Alphabetic',
  lower: 'Lowercase',
  upper: 'Uppercase',
};

/** Perl's own names of properties, and those it spells in words, in lower case without spaces. */
const perlNames: Readonly<Record<string, string>> = {
  isalpha: 'Alphabetic',
  alpha: 'Alphabetic',
  isupper: 'Uppercase',
  islower: 'Lowercase',
  upper: 'Uppercase',
  lower: 'Lowercase',
  isspace: 'White_Space',
  space: 'White_Space',
  isdigit: 'Nd',
  digit: 'Nd',
  letter: 'L',
  uppercaseletter: 'Lu',
  lowercaseletter: 'Ll',
  punct: 'P',
  ispunct: 'P',
  punctuation: 'P',
  symbol: 'S',
  mark: 'M',
  number: 'N',
  separator: 'Z',
  other: 'C',
};
