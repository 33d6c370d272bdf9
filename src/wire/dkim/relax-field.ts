// SPDX-License-Identifier: Apache-2.0
/** Relax field — a header field in the relaxed form (RFC 6376 3.4.2): name in lower case, unfolded, white space shrunk to one space. */
import { trimBlanks } from './tags.ts';

/** CRLF at its end, whether or not there was one. */
export function relaxField(raw: string): string {
  const colon = raw.indexOf(':');
  const name = trimBlanks(raw.slice(0, Math.max(0, colon))).toLowerCase();
  return `${name}:${shrink(trimBlanks(raw.slice(colon + 1)))}\r\n`;
}

function shrink(value: string): string {
  return /[\t\n]| {2}/.test(value) ? value.replace(/(?:\r?\n|[\t ])+/g, ' ') : value;
}
