// SPDX-License-Identifier: Apache-2.0
/** Cursor — the place in a pattern while it is read; and the modifiers in force there. */
import { Untranslatable } from './reasons.ts';

export interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly x: boolean;
  /** Blanks do not count inside classes either: /xx. */
  readonly xx: boolean;
  /** Plain parentheses capture nothing. */
  readonly n: boolean;
}

export const noFlags: Flags = { i: false, m: false, s: false, x: false, xx: false, n: false };

/** The flags with some letters set or unset; letters that do not matter are passed over. */
export function withFlags(flags: Flags, letters: string, on: boolean): Flags {
  const has = (letter: string) => letters.includes(letter);
  const set = (letter: 'i' | 'm' | 's' | 'x' | 'n') => (has(letter) ? on : flags[letter]);
  return { i: set('i'), m: set('m'), s: set('s'), x: set('x'), n: set('n'), xx: has('x') ? on && has('xx') : flags.xx };
}

export class Cursor {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The unit here, without taking it; '' at the end. */
  peek(ahead = 0): string {
    return this.text[this.at + ahead] ?? '';
  }

  /** Takes `word` if it stands here. */
  take(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  /** Takes what a sticky expression matches here. */
  takeMatch(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.at;
    const match = sticky.exec(this.text);
    if (match === null) return undefined;
    this.at = sticky.lastIndex;
    return match;
  }

  /** Takes one code point. */
  takeCode(): number {
    const code = this.text.codePointAt(this.at) ?? 0;
    this.at += code > 0xffff ? 2 : 1;
    return code;
  }

  fail(why: Untranslatable['why'], position = this.at): never {
    throw new Untranslatable(why, position);
  }
}
