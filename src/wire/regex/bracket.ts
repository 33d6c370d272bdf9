// SPDX-License-Identifier: Apache-2.0
/** Bracket — reads a bracketed class: `[…]` with ranges, escapes and POSIX classes. */
import { closeOverCase, complement, intersect, single, unite, type Charset } from './charset.ts';
import type { Class, Classes } from './classes.ts';
import type { Cursor, Flags } from './cursor.ts';
import { readEscape } from './escapes.ts';

/** Reads after the opening bracket. */
export function readBracket(cursor: Cursor, classes: Classes, flags: Flags): Class {
  const start = cursor.at - 1;
  const isNegated = cursor.take('^');
  const found: Class[] = [];
  for (let isFirst = true; ; isFirst = false) {
    if (flags.xx) cursor.takeMatch(/[ \t]+/y);
    if (cursor.isAtEnd) cursor.fail('openClass', start);
    if (!isFirst && cursor.take(']')) break;
    found.push(readRange(cursor, classes, flags));
  }
  const set = intersect(unite(...found.map(each => each.set)), [0, 0x10ffff]);
  const closed = intersect(flags.i ? closeOverCase(set, 0x10ffff) : set, [0, classes.limit]);
  const inside = found.some(each => each.inside !== undefined)
    ? found.map(each => each.inside ?? rangesOf(each.set, flags, classes)).join('')
    : undefined;
  if (!isNegated) return { set: closed, inside };
  return { set: complement(closed, classes.limit), inside: inside === undefined ? undefined : `[^${inside}]` };
}

function readRange(cursor: Cursor, classes: Classes, flags: Flags): Class {
  const start = cursor.at;
  const first = readMember(cursor, classes);
  if (flags.xx) cursor.takeMatch(/[ \t]+/y);
  if (typeof first !== 'number') return first;
  if (cursor.peek() !== '-' || cursor.peek(1) === ']' || cursor.peek(1) === '') return one(first);
  const dash = cursor.at++;
  const last = readMember(cursor, classes);
  if (typeof last !== 'number') {
    // "[a-\d]": Perl takes the dash for itself.
    cursor.at = dash;
    return one(first);
  }
  if (last < first) cursor.fail('badRange', start);
  return { set: [first, last], inside: undefined };
}

function readMember(cursor: Cursor, classes: Classes): number | Class {
  const start = cursor.at;
  const posix = cursor.takeMatch(/\[([:.=])(\^?)(\w*)\1\]/y);
  if (posix !== undefined) {
    const found = posix[1] === ':' ? classes.posix(posix[3] ?? '') : undefined;
    if (found === undefined) return cursor.fail('unknownClass', start);
    return posix[2] === '^' ? classes.negate(found) : found;
  }
  if (!cursor.take('\\')) return cursor.takeCode();
  if (cursor.take('b')) return 8;
  if (cursor.take('E')) return { set: [], inside: undefined };
  return readEscape(cursor, classes);
}

function one(code: number): Class {
  return { set: single(code), inside: undefined };
}

function rangesOf(set: Charset, flags: Flags, classes: Classes): string {
  return writeRanges(flags.i ? closeOverCase(set, classes.limit) : set);
}

/** Ranges as the inside of a JavaScript class: all but letters and digits escaped, so that it means the same in every mode. */
export function writeRanges(set: Charset): string {
  let text = '';
  for (let i = 0; i < set.length; i += 2) {
    text += writeCode(set[i]!);
    if (set[i + 1]! > set[i]!) text += (set[i + 1]! > set[i]! + 1 ? '-' : '') + writeCode(set[i + 1]!);
  }
  return text;
}

export function writeCode(code: number): string {
  if ((code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122))
    return String.fromCharCode(code);
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}
