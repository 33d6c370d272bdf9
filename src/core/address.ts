// SPDX-License-Identifier: Apache-2.0
/**
 * Address — a mailbox as mail knows it: a local part, kept as it was written, and a domain as A-labels.
 * Parsing is in wire/smtp (paths) and wire/mime (header fields); this is the value they make.
 */
import { toULabels } from './domain.ts';

export interface Address {
  /** As written, without quotes: two local parts are the same only if their bytes are (RFC 5321 2.4). */
  readonly local: string;
  /** A-labels in lower case, or an address literal in brackets; empty only for `postmaster` without a domain. */
  readonly domain: string;
}

/** `local@domain` for storing and comparing; the local part is quoted where RFC 5321 4.1.2 wants it, old docomo and au forms excepted. */
export function formatAddress(address: Address): string {
  const local = isDotAtomLike(address.local) ? address.local : quote(address.local);
  return address.domain === '' ? local : `${local}@${address.domain}`;
}

/** The reverse-path or forward-path as a string: empty for the null sender. */
export function formatPath(address: Address | null): string {
  return address === null ? '' : formatAddress(address);
}

/** The form people read: U-labels. */
export function showAddress(address: Address | null): string {
  return address === null ? '<>' : formatAddress({ local: address.local, domain: toULabels(address.domain) });
}

/** A key under which our own directory knows an address: local parts of ours are compared without case. */
export function directoryKey(address: Address): string {
  return `${address.local.toLowerCase()}@${address.domain}`;
}

export function sameAddress(a: Address | null, b: Address | null): boolean {
  return a === b || (a !== null && b !== null && a.local === b.local && a.domain === b.domain);
}

/** Every domain has one (RFC 5321 4.5.1), whose mail is never refused or put off for anything but its own sake. */
export function isPostmaster({ local }: Address): boolean {
  return local.toLowerCase() === 'postmaster';
}

function isDotAtomLike(local: string): boolean {
  // Dots anywhere: docomo and au gave out addresses such as a..b and a. until 2009, and they must pass unchanged.
  return local !== '' && /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]+$/u.test(local);
}

function quote(local: string): string {
  return `"${local.replace(/["\\]/g, '\\$&')}"`;
}
