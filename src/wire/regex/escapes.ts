// SPDX-License-Identifier: Apache-2.0
/** Escapes — what `\` and the signs after it stand for, where they stand for one character or one of a class. */
import { single } from './charset.ts';
import type { Class, Classes } from './classes.ts';
import type { Cursor } from './cursor.ts';

const controls: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, e: 27, a: 7 };

/** Reads after the backslash; a number for one character. */
export function readEscape(cursor: Cursor, classes: Classes): number | Class {
  const start = cursor.at - 1;
  const letter = cursor.peek();
  if (letter === '') cursor.fail('badEscape', start);
  if (!/[A-Za-z0-9]/.test(letter)) return cursor.takeCode();
  cursor.at++;
  const control = controls[letter];
  if (control !== undefined) return control;
  const found = classes.escape(letter);
  if (found !== undefined) return found;
  switch (letter) {
    case 'x':
      return readHex(cursor, start);
    case 'o':
      return numberOf(cursor.takeMatch(/\{\s*([0-7_]+)\s*\}/y)?.[1], 8) ?? cursor.fail('badEscape', start);
    case 'c':
      return cursor.isAtEnd
        ? cursor.fail('badEscape', start)
        : cursor.text
            .charAt(cursor.at++)
            .toUpperCase()
            .charCodeAt(0) ^ 64;
    case 'N':
      return readName(cursor, classes, start);
    case 'p':
    case 'P':
      return readProperty(cursor, classes, letter === 'P', start);
    default:
      if (!/[0-7]/.test(letter)) return cursor.fail('unknownEscape', start);
      cursor.at--;
      return Number.parseInt(cursor.takeMatch(/[0-7]{1,3}/y)![0], 8);
  }
}

function readHex(cursor: Cursor, start: number): number {
  if (cursor.peek() !== '{') return numberOf(cursor.takeMatch(/[0-9a-f]{0,2}/iy)?.[0] || '0', 16)!;
  return numberOf(cursor.takeMatch(/\{\s*([0-9a-f_]+)\s*\}/iy)?.[1], 16) ?? cursor.fail('badEscape', start);
}

function readName(cursor: Cursor, classes: Classes, start: number): number | Class {
  if (cursor.peek() !== '{' || /^\{\s*\d*\s*,?\s*\d*\s*\}/.test(cursor.text.slice(cursor.at, cursor.at + 20))) {
    return classes.negate({ set: single(10), inside: undefined });
  }
  return numberOf(cursor.takeMatch(/\{\s*U\+([0-9a-f]+)\s*\}/iy)?.[1], 16) ?? cursor.fail('unknownEscape', start);
}

function readProperty(cursor: Cursor, classes: Classes, isCapital: boolean, start: number): Class {
  const match = cursor.takeMatch(/\{\s*(\^?)([^{}]+)\}|([A-Z])/y) ?? cursor.fail('badEscape', start);
  const found = classes.property(match[2] ?? match[3] ?? '') ?? cursor.fail('unknownProperty', start);
  return isCapital === (match[1] === '^') ? found : classes.negate(found);
}

function numberOf(digits: string | undefined, base: number): number | undefined {
  if (digits === undefined) return undefined;
  const code = Number.parseInt(digits.replaceAll('_', ''), base);
  return code <= 0x10ffff ? code : undefined;
}
