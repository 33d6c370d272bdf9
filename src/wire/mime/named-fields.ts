// SPDX-License-Identifier: Apache-2.0
/**
 * Named fields — all fields of some names in the whole header of a message, however many and however odd its other lines are.
 * The parser leaves off after so many fields, and at a first line that is none; other readers go on, and must not find there
 * what we meant to take out. One pass; never throws.
 */
export interface NamedField {
  /** The name in lower case. */
  readonly key: string;
  /** The value, unfolded, octets read as latin1. */
  readonly raw: string;
  readonly start: number;
  /** After the line end of its last line. */
  readonly end: number;
}

/** A finder of the fields with these names, in the order of the header; it ends at the first empty line. */
export function namedFields(names: readonly string[]): (bytes: Buffer) => readonly NamedField[] {
  // White space, even a line end, may stand before the colon: RFC 5322 4.5 bids readers to bear it. To some a control ends the name.
  const pattern = new RegExp(
    `^(${names.join('|')})(?:[^\\x0a\\x0d\\x21-\\x7e\\x80-\\xff]|\\r\\n[ \\t])*:([^\\n]*(?:\\n[ \\t][^\\n]*)*\\n?)`,
    'gim',
  );
  return bytes => {
    const header = headerOf(bytes);
    const { text, placeOf } = header.includes('\0') ? withoutNuls(header) : asItIs(header);
    return Array.from(text.matchAll(pattern), ({ 0: whole, 1: name = '', 2: value = '', index }) => ({
      key: name.toLowerCase(),
      raw: value.replace(/\r?\n/g, '').trim(),
      start: placeOf(index),
      end: placeOf(index + whole.length),
    }));
  };
}

interface Read {
  readonly text: string;
  /** Where in the header a field that begins or ends at this place of the text does so. */
  readonly placeOf: (place: number) => number;
}

function asItIs(text: string): Read {
  return { text, placeOf: place => place };
}

/** As it is after a server that drops NULs, which SMTP has none of (RFC 5321 2.4); ours does. NULs belong to what follows them. */
function withoutNuls(header: string): Read {
  const places: number[] = [];
  for (let at = 0; at < header.length; at++) if (header.charCodeAt(at) !== 0) places.push(at);
  // True: places has one for each sign of the text.
  const placeOf = (place: number): number => (place === 0 ? 0 : places[place - 1]! + 1);
  return { text: header.replaceAll('\0', ''), placeOf };
}

/** With the line end of its last field. */
function headerOf(bytes: Buffer): string {
  if (bytes[0] === 0x0d && bytes[1] === 0x0a) return '';
  const end = bytes.indexOf('\r\n\r\n');
  return bytes.toString('latin1', 0, end < 0 ? bytes.length : end + 2);
}
