// SPDX-License-Identifier: Apache-2.0
/**
 * Path — the argument of MAIL FROM and RCPT TO (RFC 5321 4.1.2) into an Address.
 * Tolerant where honest clients are odd and the meaning is plain: missing angle brackets, dots anywhere in the local part
 * (old docomo and au addresses), underscores, U-labels. A source route is read over (appendix C). Never throws.
 */
import type { Address } from '../../core/address.ts';
import { toALabels } from '../../core/domain.ts';
import { formatIp, parseIp } from '../../core/ip.ts';

export interface Path {
  /** null is `<>`. */
  readonly address: Address | null;
  /** What follows the path: the ESMTP parameters. */
  readonly rest: string;
}

/** RFC 5321 4.5.3.1 asks for 64; VERP, BATV and SRS make longer ones, and refusing them would lose honest mail. */
export const localLimit = 255;
const domainLimit = 255;

/** Undefined if `text` holds no path. */
export function parsePath(text: string): Path | undefined {
  const bracketed = text.startsWith('<');
  const end = bracketed ? closingBracket(text) : endOfWord(text);
  if (end < 0) return undefined;
  const inner = (bracketed ? text.slice(1, end) : text.slice(0, end)).trim();
  const rest = text.slice(bracketed ? end + 1 : end).trim();
  if (inner === '') return bracketed ? { address: null, rest } : undefined;
  const address = parseMailbox(withoutRoute(inner));
  return address && { address, rest };
}

/** `local@domain`, or `postmaster` alone (RFC 5321 4.5.1). */
export function parseMailbox(text: string): Address | undefined {
  if (/^postmaster$/i.test(text)) return { local: text, domain: '' };
  const quoted = text.startsWith('"');
  const at = quoted ? closingQuote(text, 0) + 1 : text.lastIndexOf('@');
  if (at < 1 || text[at] !== '@') return undefined;
  const local = quoted ? unquote(text.slice(1, at - 1)) : text.slice(0, at);
  const domain = parseDomain(text.slice(at + 1));
  if (local === undefined || domain === undefined || Buffer.byteLength(local) > localLimit) return undefined;
  if (!quoted && !/^[^\u0000-\u0020"(),:;<>@[\]\\\u007f-\u009f\ufffd]+$/u.test(local)) return undefined;
  return { local, domain };
}

/** A-labels in lower case or an address literal in brackets; undefined if it is neither. */
export function parseDomain(text: string): string | undefined {
  if (text.startsWith('[')) return text.endsWith(']') ? parseLiteral(text.slice(1, -1)) : undefined;
  const domain = toALabels(text);
  if (domain === '' || domain.length > domainLimit) return undefined;
  return domain.split('.').every(label => label.length > 0 && label.length < 64) ? domain : undefined;
}

function parseLiteral(text: string): string | undefined {
  const tagged = /^ipv6:(.*)$/i.exec(text)?.[1];
  const bytes = parseIp(tagged ?? text);
  // `[IPv6:…]` holds IPv6 and a bare literal IPv4 (RFC 5321 4.1.3).
  if (!bytes || (tagged !== undefined) !== (tagged ?? text).includes(':')) return undefined;
  return bytes.length === 4 ? `[${formatIp(bytes)}]` : `[IPv6:${formatIp(bytes)}]`;
}

/** `@a,@b:user@c` asks to go by way of a and b; we are to read over it. */
function withoutRoute(inner: string): string {
  const colon = inner.indexOf(':');
  return /^@[^":<>]*$/.test(inner.slice(0, colon < 0 ? 0 : colon)) ? inner.slice(colon + 1).trim() : inner;
}

function closingBracket(text: string): number {
  for (let i = 1; i < text.length; i++) {
    if (text[i] === '>') return i;
    if (text[i] === '"') {
      i = closingQuote(text, i);
      if (i < 0) return -1;
    }
  }
  return -1;
}

function endOfWord(text: string): number {
  const from = text.startsWith('"') ? closingQuote(text, 0) : 0;
  if (from < 0 || /[<>]/.test(text)) return -1;
  const space = text.slice(from).search(/[ \t]/);
  return space < 0 ? text.length : from + space;
}

/** Where the quoted string that begins at `from` ends; -1 if it does not. */
function closingQuote(text: string, from: number): number {
  for (let i = from + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  return -1;
}

function unquote(text: string): string | undefined {
  const plain = text.replace(/\\(.)/gsu, '$1');
  return plain === '' || /[\u0000-\u001f\u007f-\u009f\ufffd]/u.test(plain) ? undefined : plain;
}
