// SPDX-License-Identifier: Apache-2.0
/** xtext — how a parameter of MAIL or RCPT carries any octet: `+` and two hexadecimal digits (RFC 3461 4). */

/** Undefined if it is no xtext. `=` is let in: senders forget to encode it in VERP addresses. Octets beyond ASCII are read as UTF-8. */
export function decodeXtext(text: string): string | undefined {
  if (!/^(?:[^\x00-\x20+\x7f]|\+[0-9A-Fa-f]{2})*$/.test(text)) return undefined;
  if (!text.includes('+')) return text;
  const octets = Buffer.from(text, 'utf8').toString('latin1');
  const decoded = octets.replace(/\+(..)/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
  return Buffer.from(decoded, 'latin1').toString('utf8');
}

export function encodeXtext(text: string): string {
  return Array.from(Buffer.from(text, 'utf8'), octet =>
    octet > 0x20 && octet < 0x7f && octet !== 0x2b && octet !== 0x3d
      ? String.fromCharCode(octet)
      : `+${octet.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}
