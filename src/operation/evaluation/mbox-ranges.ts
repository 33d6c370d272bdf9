// SPDX-License-Identifier: Apache-2.0
/** Mbox ranges — where the messages of an mbox file lie (RFC 4155), each from its `From ` line to the next one's. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** After an empty line (LF or CRLF), a line that begins with `From ` begins a message. */
export function mboxRanges(bytes: Buffer): readonly ByteRange[] {
  const starts = [0];
  for (let at = bytes.indexOf('\nFrom '); at >= 0; at = bytes.indexOf('\nFrom ', at + 1)) {
    const isAfterEmptyLine = bytes[at - 1] === 10 || (bytes[at - 1] === 13 && bytes[at - 2] === 10);
    if (isAfterEmptyLine) starts.push(at + 1);
  }
  return starts.map((start, i) => ({ start, end: starts[i + 1] ?? bytes.length }));
}
