// SPDX-License-Identifier: Apache-2.0
/** Macro — the letters in percent signs that records and explanations are filled in with (RFC 7208 7). Pure; never throws. */
import { isIPv6 } from 'node:net';
import { reversedLabels } from '../../core/ip.ts';

/** What the letters stand for. */
export interface MacroValues {
  /** As `local@domain`; the local part of nobody is `postmaster`. */
  readonly sender: { readonly local: string; readonly domain: string };
  readonly domain: string;
  readonly ip: string;
  readonly ipBytes: Uint8Array;
  readonly helo: string;
  /** The validated name of the client; asked for only where `asksForName` says so. */
  readonly name: string;
  /** How we name ourselves to the domain's name servers. */
  readonly receiver: string;
  readonly nowSeconds: number;
}

export type MacroPlace = 'domain' | 'explanation' | 'modifier';

/** Whether every percent sign begins something that RFC 7208 7.1 knows; c, r and t stand in explanations alone (7.2). */
export function isMacroString(text: string, place: MacroPlace): boolean {
  const rest = text.replace(macros, found => (place === 'domain' && /^%\{[crt]/i.test(found) ? '%' : ''));
  return place === 'explanation' ? /^[\x20-\x24\x26-\x7e]*$/.test(rest) : /^[\x21-\x24\x26-\x7e]*$/.test(rest);
}

/** A name has 253 octets; macros could make a longer text short, but nobody writes such. */
const specAtMost = 512;

/** Whether it ends in a label or a macro, as the name of a domain must. */
export function isDomainSpec(text: string): boolean {
  if (text.length > specAtMost || !isMacroString(text, 'domain')) return false;
  return (
    /%(?:\{[slodiphv]\d*r?[.\-+,/_=]*\}|%|_|-)$/i.test(text) ||
    /\.(?:[a-z0-9]*[a-z][a-z0-9]*|[a-z0-9]+-[a-z0-9-]*[a-z0-9])\.?$/i.test(text)
  );
}

/** Whether the name of the client must be known before this is expanded; it costs queries. */
export function asksForName(text: string): boolean {
  return /%\{p/i.test(text);
}

export function expand(text: string, values: MacroValues): string {
  return text.replace(macros, (found, letter?: string, digits = '', reverse = '', delimiters = '') => {
    if (letter === undefined) return found === '%%' ? '%' : found === '%_' ? ' ' : '%20';
    let parts = valueOf(letter.toLowerCase(), values).split(delimiters === '' ? '.' : setOf(delimiters));
    if (reverse !== '') parts = parts.reverse();
    if (digits !== '') parts = parts.slice(-Number(digits));
    const value = parts.join('.');
    return letter === letter.toLowerCase() ? value : escapeUrl(value);
  });
}

/** A name for a query: labels go from the left until it fits (RFC 7208 7.3). */
export function expandDomain(spec: string, values: MacroValues): string {
  let name = expand(spec, values).replace(/\.$/, '');
  while (name.length > 253) {
    const dot = name.indexOf('.');
    if (dot < 0) return '';
    name = name.slice(dot + 1);
  }
  return name;
}

const macros = /%(?:\{([slodiphcrtv])((?!0+[^\d])\d{0,9})(r?)([.\-+,/_=]*)\}|%|_|-)/gi;

function valueOf(letter: string, { sender, domain, ip, ipBytes, helo, name, receiver, nowSeconds }: MacroValues) {
  switch (letter) {
    case 's':
      return `${sender.local}@${sender.domain}`;
    case 'l':
      return sender.local;
    case 'o':
      return sender.domain;
    case 'd':
      return domain;
    case 'i':
      return isIPv6(ip) ? reversedLabels(ipBytes).split('.').reverse().join('.') : ip;
    case 'p':
      return name;
    case 'h':
      return helo;
    case 'c':
      return ip;
    case 'r':
      return receiver;
    case 't':
      return String(nowSeconds);
    default:
      return ipBytes.length === 4 ? 'in-addr' : 'ip6';
  }
}

function setOf(delimiters: string): RegExp {
  return new RegExp(`[${delimiters.replace(/[\\\]^-]/g, '\\$&')}]`);
}

function escapeUrl(value: string): string {
  return Array.from(Buffer.from(value, 'utf8'), octet => {
    const sign = String.fromCharCode(octet);
    return /[A-Za-z0-9._~-]/.test(sign) ? sign : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}
