// SPDX-License-Identifier: Apache-2.0
/** Mbox — many messages in one file, each after a line that begins with `From ` (RFC 4155); one without such a line is one message. */

import { mboxRanges } from './evaluation/mbox-ranges.ts';

/** The messages, their `From ` lines taken off; `>From ` is turned back (mboxrd). */
export function splitMbox(bytes: Buffer): readonly Buffer[] {
  if (!startsWithFrom(bytes, 0)) return [bytes];
  return mboxRanges(bytes).map(({ start, end }) => unquote(bytes.subarray(endOfLine(bytes, start), end)));
}

function startsWithFrom(bytes: Buffer, at: number): boolean {
  return bytes.subarray(at, at + 5).equals(fromSpace);
}

function endOfLine(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(10, start);
  return end < 0 ? bytes.length : end + 1;
}

function unquote(message: Buffer): Buffer {
  return message.includes('\n>')
    ? Buffer.from(message.toString('latin1').replace(/^>(>*From )/gm, '$1'), 'latin1')
    : message;
}

const fromSpace = Buffer.from('From ');
