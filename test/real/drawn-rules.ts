// SPDX-License-Identifier: Apache-2.0
/**
 * Drawn rules — rules in SpamAssassin's language drawn from its grammar, around words that stand in messages, so that they hit now and then. No loop stands in a
 * loop: what takes exponential time is refused here and not there.
 */
import type { Random } from '../../src/core/random.ts';

const headers = ['Subject', 'From', 'To', 'Received', 'Message-ID', 'Content-Type', 'X-Mailer', 'Date', 'ALL', 'ToCc'];
const parts = ['Content-Type', 'Content-Transfer-Encoding', 'Content-Disposition'];
const classes = [
  '\\d',
  '\\w',
  '\\s',
  '[a-z]',
  '[^a-z]',
  '[[:alpha:]]',
  '[[:punct:]]',
  '[0-9A-F]',
  '\\S',
  '.',
  '\\h',
  '[^\\s<>]',
];
const edges = ['\\b', '^', '$', '\\A', '\\z', '\\B', '(?=[a-z])', '(?!\\d)', '(?<=\\s)', '(?<![a-z])', '(?=.{3})'];
const repeats = ['?', '+', '*', '{2}', '{1,3}', '{0,5}', '{2,}', '??', '+?', '*?', '{1,4}?', '++', '?+'];

export class DrawnRules {
  readonly #random: Random;
  readonly #words: readonly string[];

  /** `words`: of letters and digits. */
  constructor(random: Random, words: readonly string[]) {
    this.#random = random;
    this.#words = words;
  }

  /** The text of a rule file; names are `DRAWN_0` and on, a quarter are metas. */
  file(count: number): string {
    return Array.from({ length: count }, (_, i) => this.#rule(`DRAWN_${i}`, i)).join('\n');
  }

  #rule(name: string, before: number): string {
    const lines = before > 8 && this.#isOneIn(4) ? [`meta ${name} ${this.#meta(before, 2)}`] : this.#plain(name);
    return [...lines, `score ${name} 1`, ''].join('\n');
  }

  #plain(name: string): readonly string[] {
    const expression = this.#expression();
    const flags = this.#isOneIn(6) ? [`tflags ${name} multiple maxhits=${1 + this.#below(5)}`] : [];
    switch (this.#below(10)) {
      case 0:
      case 1:
      case 2:
        return [`body ${name} ${expression}`, ...flags];
      case 3:
        return [`rawbody ${name} ${expression}`, ...flags];
      case 4:
        return [`uri ${name} ${expression}`, ...flags];
      case 5:
        return [`full ${name} ${expression}`];
      case 6:
        return [`mimeheader ${name} ${this.#of(parts)} ${this.#sign()} ${expression}`];
      case 7:
        return [`header ${name} exists:${this.#of(headers.filter(header => header !== 'ALL' && header !== 'ToCc'))}`];
      default:
        return [
          `header ${name} ${this.#query()} ${this.#sign()} ${expression}${this.#isOneIn(6) ? ' [if-unset: unset]' : ''}`,
        ];
    }
  }

  #query(): string {
    const header = this.#of(headers);
    if (header === 'From' || header === 'To') return header + this.#of(['', ':addr', ':name', ':raw']);
    return header === 'Subject' ? header + this.#of(['', ':raw']) : header;
  }

  #sign(): string {
    return this.#isOneIn(8) ? '!~' : '=~';
  }

  #meta(before: number, depth: number): string {
    const rule = (): string => `${this.#isOneIn(4) ? '!' : ''}DRAWN_${this.#below(before)}`;
    const side = (): string => (depth > 0 && this.#isOneIn(3) ? this.#meta(before, depth - 1) : rule());
    switch (this.#below(4)) {
      case 0:
        return `(${side()} && ${side()})`;
      case 1:
        return `(${side()} || ${side()})`;
      case 2:
        return `((${side()} + ${side()} + ${side()}) > ${this.#below(3)})`;
      default:
        return `(${side()} && !${side()})`;
    }
  }

  #expression(): string {
    const flags = ['i', 'm', 's'].filter(() => this.#isOneIn(3)).join('');
    const atoms = 1 + this.#below(3);
    const text = Array.from({ length: atoms }, () => this.#piece(1)).join(
      this.#of(['', ' ', '\\s+', '.{0,20}', '\\W?']),
    );
    return this.#isOneIn(5) ? `m{${text}}${flags}` : `/${text}/${flags}`;
  }

  /** At least one word, so that it is neither everywhere nor nowhere. */
  #piece(depth: number): string {
    const word = (): string => this.#word();
    switch (this.#below(9)) {
      case 0:
        return `(?:${word()}|${word()}|${this.#of(classes)}${word()})`;
      case 1:
        return `${word()}${this.#of(classes)}${this.#of(repeats)}`;
      case 2:
        return `${this.#of(edges)}${word()}`;
      case 3:
        return `${word()}${this.#of(edges)}`;
      case 4:
        return depth > 0 ? `(?:${this.#piece(depth - 1)})?${word()}` : word();
      case 5:
        return `(?>${word()}|${this.#of(this.#words).slice(0, 2)})${this.#of(classes)}?`;
      case 6:
        return `(?i:${word()})`;
      case 7:
        return `[${this.#of(this.#words).slice(0, 2)}]${word()}`;
      default:
        return word();
    }
  }

  #word(): string {
    const word = this.#of(this.#words);
    if (this.#isOneIn(4)) return word.slice(0, 3);
    return this.#isOneIn(4) ? word.replace(/[aeiou]/, sign => `[${sign}${sign.toUpperCase()}0-2]`) : word;
  }

  #of(list: readonly string[]): string {
    return list[this.#below(list.length)] ?? '';
  }

  #below(limit: number): number {
    return Math.floor(this.#random.next() * limit);
  }

  #isOneIn(count: number): boolean {
    return this.#below(count) === 0;
  }
}
