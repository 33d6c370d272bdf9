// SPDX-License-Identifier: Apache-2.0
/**
 * Boundaries — where the parts of multiparts begin and end (RFC 2046 5.1.1).
 * All lines of a message that begin with `--` are found once, so that nesting costs no further search. A line is compared with the
 * boundaries of all open multiparts, the innermost first: one of an outer multipart ends the inner ones too (5.1.2). It is enough that
 * a line begins with the boundary; what follows it there is passed over.
 */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Delimiter {
  /** Where its line begins. */
  readonly at: number;
  /** Where the line after it begins. */
  readonly lineEnd: number;
  /** Of which open multipart it is, counted from the outermost. */
  readonly level: number;
  readonly isLast: boolean;
  /** Whether nothing but the boundary stands on the line. */
  readonly isWhole: boolean;
}

const dash = 0x2d;
const lf = 0x0a;
const cr = 0x0d;
const dashes = Buffer.from('\n--');

/** Offsets of the dashes of every line that begins with two, in order. */
export function dashLines(bytes: Buffer): readonly number[] {
  const found: number[] = [];
  if (bytes[0] === dash && bytes[1] === dash) found.push(0);
  for (let at = bytes.indexOf(dashes); at >= 0; at = bytes.indexOf(dashes, at + 3)) found.push(at + 1);
  return found;
}

/** The first delimiter of any of the open multiparts at or after `start`. */
export function nextDelimiter(
  bytes: Buffer,
  lines: readonly number[],
  start: number,
  open: readonly Buffer[],
): Delimiter | undefined {
  if (open.length === 0) return undefined;
  for (let i = firstFrom(lines, start); i < lines.length; i++) {
    const at = lines[i]!; // i < length
    for (let level = open.length - 1; level >= 0; level--) {
      const boundary = open[level]!; // level < length
      if (!beginsWith(bytes, at + 2, boundary)) continue;
      const rest = at + 2 + boundary.length;
      const isLast = bytes[rest] === dash && bytes[rest + 1] === dash;
      const found = bytes.indexOf(lf, rest);
      const lineEnd = found < 0 ? bytes.length : found + 1;
      return { at, lineEnd, level, isLast, isWhole: isBlank(bytes, isLast ? rest + 2 : rest, lineEnd) };
    }
  }
  return undefined;
}

/** The line end before a delimiter belongs to it. */
export function beforeLineEnd(bytes: Buffer, at: number): number {
  if (at === 0) return 0;
  return bytes[at - 2] === cr ? at - 2 : at - 1;
}

/** For a multipart that declares no boundary: the first `--…` line that occurs again or is closed; as some mail programs guess too. */
export function guessBoundary(bytes: Buffer, lines: readonly number[], { start, end }: Span): string | undefined {
  const seen = new Set<string>();
  for (let i = firstFrom(lines, start); i < lines.length && seen.size < 20; i++) {
    const at = lines[i]!; // i < length
    if (at >= end) break;
    const line =
      bytes
        .toString('latin1', at + 2, Math.min(end, at + 80))
        .split(/[\r\n]/, 1)[0]
        ?.trimEnd() ?? '';
    if (line === '' || /^-+$/.test(line)) continue;
    if (seen.has(line)) return line;
    if (line.endsWith('--') && seen.has(line.slice(0, -2))) return line.slice(0, -2);
    seen.add(line);
  }
  return undefined;
}

function beginsWith(bytes: Buffer, start: number, boundary: Buffer): boolean {
  if (start + boundary.length > bytes.length) return false;
  for (let i = 0; i < boundary.length; i++) if (bytes[start + i] !== boundary[i]) return false;
  return true;
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! > 0x20) return false; // at < length
  return true;
}

/** Index of the first line at or after `start`. */
function firstFrom(lines: readonly number[], start: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle]! < start) low = middle + 1; // middle < length
    else high = middle;
  }
  return low;
}
