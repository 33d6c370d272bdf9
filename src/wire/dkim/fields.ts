// SPDX-License-Identifier: Apache-2.0
/**
 * Fields — the header as it is signed: every field with all its octets, cut where wire/mime cuts it, so that what is shown is what was signed.
 * A line that is no field is kept under no name, which nobody can sign. Fails on nothing.
 */
import { relaxField } from './relax-field.ts';

export class SignableField {
  /** In lower case, without the white space before the colon. */
  readonly name: string;
  /** As it came, its line end with it; one character per octet. */
  readonly raw: string;
  /** Where it begins in the message. */
  readonly start: number;
  #relaxed: string | undefined;

  constructor(raw: string, start: number) {
    this.raw = raw;
    this.start = start;
    this.name = nameOf(raw);
  }

  /** What follows the colon. */
  get value(): string {
    return this.raw.slice(this.raw.indexOf(':') + 1);
  }

  /** In the relaxed form, CRLF at its end; made once for all signatures. */
  get relaxed(): string {
    return (this.#relaxed ??= relaxField(this.raw));
  }
}

export interface SignableHeader {
  readonly fields: readonly SignableField[];
  /** The first octet after the empty line; the length of `bytes` where there is none. */
  readonly bodyStart: number;
}

export function readFields(bytes: Buffer): SignableHeader {
  const { headerEnd, bodyStart } = findBody(bytes);
  const header = bytes.toString('latin1', 0, headerEnd);
  const fields: SignableField[] = [];
  let start = 0;
  while (start < header.length) {
    let end = start;
    do {
      const lineEnd = header.indexOf('\n', end);
      end = lineEnd < 0 ? header.length : lineEnd + 1;
    } while (end < header.length && (header.charCodeAt(end) === 0x20 || header.charCodeAt(end) === 0x09));
    fields.push(new SignableField(header.slice(start, end), start));
    start = end;
  }
  return { fields, bodyStart };
}

/** The empty line: LF after LF, with or without CR between them, or either at the very beginning. */
export function findBody(bytes: Buffer): { readonly headerEnd: number; readonly bodyStart: number } {
  if (bytes[0] === 0x0a) return { headerEnd: 0, bodyStart: 1 };
  if (bytes[0] === 0x0d && bytes[1] === 0x0a) return { headerEnd: 0, bodyStart: 2 };
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at + 1] === 0x0a) return { headerEnd: at + 1, bodyStart: at + 2 };
    if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a) return { headerEnd: at + 1, bodyStart: at + 3 };
  }
  return { headerEnd: bytes.length, bodyStart: bytes.length };
}

/**
 * The fields that h= chooses, in its order (RFC 6376 5.4.2): of several with one name the lowest first, each once.
 * A name that has no field left chooses nothing, which is what signing it once more than it is there is for.
 */
export function pickFields(fields: readonly SignableField[], names: readonly string[]): readonly SignableField[] {
  const wanted = new Set(names);
  const left = new Map<string, SignableField[]>();
  for (const field of fields) {
    if (!wanted.has(field.name)) continue;
    const same = left.get(field.name);
    if (same) same.push(field);
    else left.set(field.name, [field]);
  }
  return names.flatMap(name => left.get(name)?.pop() ?? []);
}

function nameOf(raw: string): string {
  const colon = raw.indexOf(':');
  let end = Math.max(0, colon);
  while (end > 0 && (raw.charCodeAt(end - 1) === 0x20 || raw.charCodeAt(end - 1) === 0x09)) end--;
  const name = raw.slice(0, end);
  return /^[\x21-\x7e]+$/.test(name) ? name.toLowerCase() : '';
}
