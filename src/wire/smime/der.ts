// SPDX-License-Identifier: Apache-2.0
/**
 * DER — reads ASN.1 values as they lie in the bytes (X.690), also with lengths that are not definite, which programs that stream write.
 * Gives undefined for what is no such value; never throws. The depth is limited, and what is not asked for is not read.
 */
export interface Element {
  /** The first octet: class, whether it is constructed, and the number. */
  readonly tag: number;
  /** The whole value with its header. */
  readonly raw: Buffer;
  readonly content: Buffer;
  readonly isDefinite: boolean;
}

export const tags = {
  integer: 0x02,
  octets: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

const depthAtMost = 24;
/** Of one value; real messages have fewer than thirty. */
const childrenAtMost = 1_000;
/** That are passed over to find the end of one without a length: a megabyte in pieces of 1 kB is a thousand. */
const elementsAtMost = 10_000;

/** The value at the beginning of `bytes`; what follows it is left. */
export function readElement(bytes: Buffer, depth = 0, budget = { left: elementsAtMost }): Element | undefined {
  const tag = bytes[0];
  const first = bytes[1];
  // Numbers of more than one octet stand nowhere in what is read here.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f || depth > depthAtMost) return undefined;
  if (first === 0x80) return (tag & 0x20) === 0 ? undefined : readToItsEnd(bytes, tag, depth, budget);
  const size = first < 0x80 ? 0 : first & 0x7f;
  if (size > 4 || bytes.length < 2 + size) return undefined;
  const length = size === 0 ? first : bytes.readUIntBE(2, size);
  const start = 2 + size;
  const end = start + length;
  if (end > bytes.length) return undefined;
  return { tag, raw: bytes.subarray(0, end), content: bytes.subarray(start, end), isDefinite: true };
}

/** The values inside a constructed one. */
export function childrenOf(element: Element | undefined): readonly Element[] | undefined {
  if (!element || (element.tag & 0x20) === 0) return undefined;
  const children: Element[] = [];
  for (let rest = element.content; rest.length > 0;) {
    const child = readElement(rest);
    if (!child || children.length >= childrenAtMost) return undefined;
    children.push(child);
    rest = rest.subarray(child.raw.length);
  }
  return children;
}

/** The octets of an octet string, which may come in pieces; `tag` is that of the string where it is implicit. */
export function octetsOf(element: Element | undefined): Buffer | undefined {
  if (!element) return undefined;
  if ((element.tag & 0x20) === 0) return element.content;
  const pieces: Buffer[] = [];
  // Pieces are as many as a program that streams makes them: not limited as other values are.
  for (let rest = element.content; rest.length > 0;) {
    const piece = readElement(rest);
    if (piece?.tag !== tags.octets) return undefined;
    pieces.push(piece.content);
    rest = rest.subarray(piece.raw.length);
  }
  return Buffer.concat(pieces);
}

/** `1.2.840.113549.1.7.2`; empty for what is none. */
export function oidOf(element: Element | undefined): string {
  if (element?.tag !== tags.oid || element.content.length === 0 || element.content.length > 40) return '';
  const numbers: number[] = [];
  let number = 0;
  for (const octet of element.content) {
    number = number * 128 + (octet & 0x7f);
    if (octet >= 0x80) continue;
    numbers.push(number);
    number = 0;
  }
  const [first = 0, ...others] = numbers;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...others].join('.');
}

/** Milliseconds since 1970, of UTCTime and GeneralizedTime as RFC 5280 4.1.2.5 allows them. */
export function timeOf(element: Element | undefined): number | undefined {
  const isShort = element?.tag === tags.utcTime;
  if (!isShort && element?.tag !== tags.generalizedTime) return undefined;
  const text = element.content.toString('latin1');
  const parts = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (!parts || (parts[1] ?? '').length !== (isShort ? 2 : 4)) return undefined;
  const [written = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  const year = isShort ? written + (written < 50 ? 2_000 : 1_900) : written;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** A constructed value without a length: it ends with two zeros at its own level (X.690 8.1.3.6). */
function readToItsEnd(bytes: Buffer, tag: number, depth: number, budget: { left: number }): Element | undefined {
  let at = 2;
  while (at + 1 < bytes.length && budget.left-- > 0) {
    if (bytes[at] === 0 && bytes[at + 1] === 0)
      return { tag, raw: bytes.subarray(0, at + 2), content: bytes.subarray(2, at), isDefinite: false };
    const child = readElement(bytes.subarray(at), depth + 1, budget);
    if (!child) return undefined;
    at += child.raw.length;
  }
  return undefined;
}
