// SPDX-License-Identifier: Apache-2.0
/**
 * Uuencode — files that stand in a text between `begin 644 name` and `end`, as mail sent them before MIME.
 * Some mail programs still show them as attachments, so that a name can hide there.
 */
export interface UuencodedFile {
  /** As written; a name, never to be used as a path. */
  readonly name: string;
  /** Byte range in the text, from `begin` to the line after `end`. */
  readonly start: number;
  readonly end: number;
}

const lf = 0x0a;
/** More than an honest text holds. */
const fileLimit = 100;

/** Files in a text, in order. One without `end` goes to the end of the text. */
export function uuencodedFiles(text: Buffer): readonly UuencodedFile[] {
  const files: UuencodedFile[] = [];
  for (let at = text.indexOf('begin '); at >= 0 && files.length < fileLimit; at = text.indexOf('begin ', at)) {
    const lineEnd = text.indexOf(lf, at);
    if (lineEnd < 0) break;
    const isLineStart = at === 0 || text[at - 1] === lf;
    const line = isLineStart ? text.toString('latin1', at, Math.min(lineEnd, at + 300)) : '';
    const name = /^begin [0-7]{3,4} (.+?)\s*$/.exec(line)?.[1];
    if (name === undefined || !isDataLine(text, lineEnd + 1)) {
      at += 6;
      continue;
    }
    const endMark = text.indexOf('\nend', lineEnd);
    const endLine = endMark < 0 ? -1 : text.indexOf(lf, endMark + 1);
    const end = endLine < 0 ? text.length : endLine + 1;
    files.push({ name, start: at, end });
    at = end;
  }
  return files;
}

/** The first file in `body`, decoded; without a `begin` line, all lines that can be data. */
export function decodeUuencode(body: Buffer, limitBytes: number): Buffer {
  const out = Buffer.allocUnsafe(Math.min(body.length, limitBytes));
  let at = afterBeginLine(body);
  let length = 0;
  while (at < body.length && length < out.length) {
    const found = body.indexOf(lf, at);
    const lineEnd = found < 0 ? body.length : found;
    const count = valueOf(body[at]!); // at < length
    if (body.toString('latin1', at, at + 3) === 'end' && lineEnd - at <= 5) break;
    for (let i = 0, from = at + 1; i < count && from < lineEnd && length < out.length; from += 4) {
      const bits =
        (valueOf(body[from] ?? 32) << 18) |
        (valueOf(body[from + 1] ?? 32) << 12) |
        (valueOf(body[from + 2] ?? 32) << 6) |
        valueOf(body[from + 3] ?? 32);
      for (let shift = 16; shift >= 0 && i < count && length < out.length; shift -= 8, i++) {
        out[length++] = (bits >> shift) & 0xff;
      }
    }
    at = lineEnd + 1;
  }
  return out.subarray(0, length);
}

function afterBeginLine(body: Buffer): number {
  const begin = body.toString('latin1', 0, 6) === 'begin ' ? 0 : body.indexOf('\nbegin ') + 1;
  const isThere = begin > 0 || body.toString('latin1', 0, 6) === 'begin ';
  const lineEnd = isThere ? body.indexOf(lf, begin) : -1;
  return lineEnd + 1;
}

function valueOf(code: number): number {
  return (code - 32) & 63;
}

/** A line of data says its length first, and is that long. */
function isDataLine(text: Buffer, at: number): boolean {
  const count = text[at];
  if (count === undefined) return false;
  const found = text.indexOf(lf, at);
  const length = (found < 0 ? text.length : found) - at - 1;
  return count >= 32 && count <= 96 && length >= Math.ceil((valueOf(count) * 4) / 3) && length <= 100;
}
