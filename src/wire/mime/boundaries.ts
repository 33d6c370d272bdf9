// SPDX-License-Identifier: Apache-2.0
/**
 * Boundaries — where the parts of a multipart begin and end (RFC 2046 5.1.1).
 * All lines of a message that begin with `--` are found once; each multipart then looks only at those within it, so that
 * nesting costs no further search, and a boundary that is the beginning of another one is no danger: whole lines are compared.
 */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Division {
  readonly spans: readonly Span[];
  readonly isClosed: boolean;
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

/** The parts between `start` and `end` under `boundary`, at most `limit` of them. */
export function divide(
  bytes: Buffer,
  lines: readonly number[],
  { start, end }: Span,
  boundary: string,
  limit: number,
): Division {
  const delimiter = Buffer.from(boundary, 'latin1');
  const spans: Span[] = [];
  let partStart = -1;
  for (let i = firstFrom(lines, start); i < lines.length; i++) {
    const at = lines[i]!; // i < length
    if (at >= end) break;
    const match = matchAt(bytes, at + 2, end, delimiter);
    if (!match) continue;
    // The line end before a delimiter belongs to it.
    if (partStart >= 0) spans.push({ start: partStart, end: Math.max(partStart, beforeLineEnd(bytes, at)) });
    if (match.isLast) return { spans, isClosed: true };
    if (spans.length >= limit) return { spans, isClosed: false };
    partStart = match.lineEnd;
  }
  if (partStart >= 0) spans.push({ start: partStart, end: Math.max(partStart, end) });
  return { spans, isClosed: false };
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

function matchAt(
  bytes: Buffer,
  start: number,
  end: number,
  delimiter: Buffer,
): { lineEnd: number; isLast: boolean } | undefined {
  if (start + delimiter.length > end) return undefined;
  for (let i = 0; i < delimiter.length; i++) if (bytes[start + i] !== delimiter[i]) return undefined;
  let at = start + delimiter.length;
  const isLast = bytes[at] === dash && bytes[at + 1] === dash && at + 2 <= end;
  if (isLast) at += 2;
  // Only white space may follow; else it is a longer boundary of someone else.
  while (at < end && bytes[at] !== lf) {
    if (bytes[at] !== 0x20 && bytes[at] !== 0x09 && bytes[at] !== cr) return undefined;
    at++;
  }
  return { lineEnd: Math.min(end, at + 1), isLast };
}

function beforeLineEnd(bytes: Buffer, at: number): number {
  if (at === 0) return 0;
  return bytes[at - 2] === cr ? at - 2 : at - 1;
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
