// SPDX-License-Identifier: Apache-2.0
/** Tally — the counts of one identity, and whether they make it familiar. Pure. Instants are Unix ms. */
import type { FamiliarEntry } from './entry.ts';
import type { FamiliarOptions } from './options.ts';

/** What was seen of an identity since it was last written down. */
export interface Seen {
  wanted: number;
  unwanted: number;
  /** A person called one of them wanted. */
  isSure: boolean;
  readonly domains: Set<string>;
  readonly ips: Set<string>;
}

export function nothingSeen(): Seen {
  return { wanted: 0, unwanted: 0, isSure: false, domains: new Set(), ips: new Set() };
}

/** Mailing services send for one organisation in the name of many subdomains; those of the last are known again by SPF. */
const domainsAtMost = 8;
/** Of a neighbourhood, in which a /24 has no more than 254. */
const addressesAtMost = 32;
/** Beyond it both counts are halved, so that what was long ago weighs less. */
const countAtMost = 1_000;

function isWelcome(entry: FamiliarEntry, now: number, options: FamiliarOptions): boolean {
  if (entry.isAdded) return true;
  return (
    entry.wanted >= options.messages &&
    entry.unwanted <= options.complaints * entry.wanted &&
    // Who has ripened stays so, also where the clock was set back since.
    (entry.isFamiliar || now - entry.since >= options.ripens)
  );
}

/** The entry after what was seen; of nobody known before it begins now. */
export function added(
  before: FamiliarEntry | undefined,
  seen: Seen,
  now: number,
  options: FamiliarOptions,
): FamiliarEntry {
  const old = before ?? { isFamiliar: false, since: now, last: now, wanted: 0, unwanted: 0, networks: [], domains: [] };
  const wanted = Math.max(0, old.wanted + seen.wanted + (seen.isSure ? options.messages : 0) - seen.unwanted);
  const unwanted = old.unwanted + seen.unwanted;
  const isMany = wanted + unwanted > countAtMost;
  const domains = union(old.domains, seen.domains, domainsAtMost);
  const isNewDomain = domains.length > old.domains.length;
  const next = {
    ...old,
    since: seen.isSure ? Math.min(old.since, now - options.ripens) : Math.min(old.since, now),
    last: seen.wanted > 0 || seen.isSure ? now : old.last,
    wanted: isMany ? Math.ceil(wanted / 2) : wanted,
    unwanted: isMany ? Math.floor(unwanted / 2) : unwanted,
    networks: seen.ips.size > 0 ? union(old.networks, seen.ips, addressesAtMost) : old.networks,
    domains,
    ...(isNewDomain ? { refreshAt: now } : {}),
  };
  return { ...next, isFamiliar: isWelcome(next, now, options) };
}

function union(old: readonly string[], more: ReadonlySet<string>, most: number): readonly string[] {
  return [...new Set([...old, ...more])].slice(0, most);
}
