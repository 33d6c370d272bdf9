// SPDX-License-Identifier: Apache-2.0
/** Mbox ranges — where the messages of an mbox file lie (RFC 4155), each from its `From ` line to the next one's. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * After an empty line (LF or CRLF), a line that begins with `From ` begins a message, if a time stands in it or a header after it:
 * not every program quotes a sentence such as "From the beginning …", and some write the line without a time.
 */
export function mboxRanges(bytes: Buffer): readonly ByteRange[] {
  const starts = [0];
  for (let at = bytes.indexOf('\nFrom '); at >= 0; at = bytes.indexOf('\nFrom ', at + 1)) {
    const isAfterEmptyLine = bytes[at - 1] === 10 || (bytes[at - 1] === 13 && bytes[at - 2] === 10);
    if (isAfterEmptyLine && beginsMessage(bytes, at + 1)) starts.push(at + 1);
  }
  return starts.map((start, i) => ({ start, end: starts[i + 1] ?? bytes.length }));
}

const timeOfDay = /\d:\d\d/;
/** A field, or what an older program made of a second `From ` line. */
const fieldStart = /^(?:[!-9;-~]+[ \t]*:|>From )/;

function beginsMessage(bytes: Buffer, at: number): boolean {
  const end = bytes.indexOf(10, at);
  if (end < 0) return false;
  const line = bytes.toString('latin1', at, Math.min(end, at + 200));
  return timeOfDay.test(line) || fieldStart.test(bytes.toString('latin1', end + 1, end + 100));
}
