// SPDX-License-Identifier: Apache-2.0
/**
 * DMARC author — whose domain a reader is shown: all domains that any mail program could take from From (RFC 9989 5.3.1).
 * Where two programs may read two domains, both are named, so that none can be shown while another is authenticated: several fields, addresses
 * before the angle bracket, routes, addresses without an at sign, comments that do not close. Linear; never throws.
 */
import { toALabels } from '../core/domain.ts';
import { parseAddressList } from '../wire/mime/addresses.ts';

export interface AuthorDomains {
  /** Distinct, as A-labels; at most `domainsAtMost`. */
  readonly domains: readonly string[];
  readonly fields: number;
  /** Something stands there as an author whose domain cannot be made out. */
  readonly isUnclear: boolean;
}

/** As long as these are; real ones have a few hundred bytes. */
const fieldRead = 20_000;
/** More addresses than that stand in no From that a person wrote; who comes after them is unclear. */
const addressesAtMost = 100;
/** Real mail has one, and hardly ever three. */
const domainsAtMost = 8;

/** `fields`: the unfolded values of all From fields, one char per byte. */
export function authorDomainsOf(fields: readonly string[]): AuthorDomains {
  const domains = new Set<string>();
  let isUnclear = false;
  for (const field of fields) {
    if (field.length > fieldRead) isUnclear = true;
    const raw = field.slice(0, fieldRead);
    const entries = parseAddressList(raw, { atMost: addressesAtMost + 1 });
    if (entries.length > addressesAtMost) isUnclear = true;
    for (const { address, raw: entry } of entries) {
      const domain = address?.domain.replace(/\.$/, '') ?? '';
      if (domain !== '') domains.add(domain);
      else isUnclear = true;
      // `ceo@bank.example <x@evil.example>`, a second angle bracket, a route, an at sign too many: what else could be shown.
      for (const other of otherDomainsIn(entry)) {
        if (other === unreadable) isUnclear = true;
        else domains.add(other);
      }
    }
  }
  return { domains: [...domains].slice(0, domainsAtMost), fields: fields.length, isUnclear };
}

/** The one domain of the author; undefined where there are several, or it is unclear which. Takes the values of all From fields. */
export function authorDomainOf(fields: readonly string[]): string | undefined {
  const { domains, isUnclear } = authorDomainsOf(fields);
  return fields.length === 1 && domains.length === 1 && !isUnclear ? domains[0] : undefined;
}

/** A domain stands there, and cannot be made out. */
const unreadable = '';

/** Domains after at signs outside quotes and comments: of one plain address it is just its own. */
function otherDomainsIn(entry: string): readonly string[] {
  const bare = withoutQuotes(entry);
  // Of a source route (`@bank.example:x@evil.example`) some programs show the first name.
  return bare.split('@', 20).length <= 2 ? [] : bare.split('@', 20).slice(1).flatMap(readDomain);
}

function readDomain(text: string): readonly string[] {
  const [word = ''] = /^\s*[^\s<>,;:()"[\]\\]*/.exec(text) ?? [];
  // Octets of no letter: Dovecot shows them all the same.
  if (word.includes('.') && toALabels(Buffer.from(word.trim(), 'latin1').toString('utf8')) === '') return [unreadable];
  const domain = toALabels(Buffer.from(word.trim(), 'latin1').toString('utf8')).replace(/\.$/, '');
  return /^[^.]+(?:\.[^.]+)+$/.test(domain) ? [domain] : [];
}

function withoutQuotes(entry: string): string {
  let bare = '';
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < entry.length; at++) {
    const sign = entry[at] ?? '';
    if (sign === '\\') at++;
    else if (sign === '"' && depth === 0) isQuoted = !isQuoted;
    else if (sign === '(' && !isQuoted) depth++;
    else if (sign === ')' && !isQuoted && depth > 0) depth--;
    else if (!isQuoted && depth === 0) bare += sign;
  }
  // What never closes is read by some as plain text.
  return isQuoted || depth > 0 ? entry : bare;
}
