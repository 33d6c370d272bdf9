// SPDX-License-Identifier: Apache-2.0
/**
 * DNS name — text ⇄ octets: labels up to 63 octets, 255 in all (RFC 1035 3.1), unusual octets escaped as in a zone file.
 * What cannot be a name gives undefined; nothing throws. A loop of compression pointers ends, because each must point before the last.
 */
const backslash = 0x5c;
const dot = 0x2e;
const normal = /^(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$/;

/** A name without compression, ended by the root; undefined if the text is none. `.` and the empty text are the root. */
export function writeName(text: string): Buffer | undefined {
  // Every octet takes at most four characters of text.
  if (text.length > 4 * 255) return undefined;
  if (text === '' || text === '.') return Buffer.alloc(1);
  const octets: number[] = [0];
  let lengthAt = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code === dot) {
      if (octets[lengthAt] === 0) return undefined;
      // A final dot changes nothing.
      if (i === text.length - 1) break;
      lengthAt = octets.length;
      octets.push(0);
      continue;
    }
    if (code === backslash) {
      const decimal = /^\d{3}/.exec(text.slice(i + 1, i + 4))?.[0];
      code = decimal === undefined ? text.charCodeAt(i + 1) : Number(decimal);
      i += decimal === undefined ? 1 : 3;
    } else if (code > 0x7e) return undefined;
    if (!(code <= 0xff)) return undefined;
    octets.push(code);
    // True: lengthAt always points at the length octet pushed above.
    if (++octets[lengthAt]! > 63) return undefined;
  }
  if (octets[lengthAt] === 0) return undefined;
  octets.push(0);
  return octets.length > 255 ? undefined : Buffer.from(octets);
}

/** The name in the one form in which two that are equal are the same text; undefined if it is none. */
export function normaliseName(text: string): string | undefined {
  // Nearly every name is in that form already; taking it apart costs fifty times as much as seeing that.
  if (text.length <= 253 && normal.test(text)) return text;
  const octets = writeName(text);
  return octets && readName(octets, 0)?.name;
}

/** Octets as the text `writeName` reads as that one label, dots and all. */
export function escapeLabel(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) {
    if (octet === dot || octet === backslash) text += `\\${String.fromCharCode(octet)}`;
    else if (octet > 0x20 && octet < 0x7f) text += String.fromCharCode(octet);
    else text += `\\${String(octet).padStart(3, '0')}`;
  }
  return text;
}

/** The name at `at` and where the octets after it begin; the root is `.`. */
export function readName(bytes: Uint8Array, at: number): { readonly name: string; readonly next: number } | undefined {
  let position = at;
  let next = -1;
  let segment = at;
  let octets = 1;
  let name = '';
  for (;;) {
    const length = bytes[position];
    if (length === undefined) return undefined;
    if (length === 0) return { name: name === '' ? '.' : name.toLowerCase(), next: next < 0 ? position + 1 : next };
    if (length >= 0xc0) {
      const low = bytes[position + 1];
      if (low === undefined) return undefined;
      if (next < 0) next = position + 2;
      position = ((length & 0x3f) << 8) | low;
      // Strictly before the segment that pointed: so no pointer is followed twice, and a loop cannot be.
      if (position >= segment) return undefined;
      segment = position;
      continue;
    }
    octets += length + 1;
    if (length > 63 || octets > 255 || position + length >= bytes.length) return undefined;
    const label = escapeLabel(bytes.subarray(position + 1, position + 1 + length));
    name = name === '' ? label : `${name}.${label}`;
    position += length + 1;
  }
}
