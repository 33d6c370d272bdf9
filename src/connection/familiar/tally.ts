// SPDX-License-Identifier: Apache-2.0
/** Tally — the counts of one identity, and whether they make it familiar. Pure. Instants are Unix ms. */
import type { FamiliarEntry } from './entry.ts';
import { marksNow } from './marks.ts';
import type { FamiliarOptions } from './options.ts';

/** What was seen of an identity since it was last written down. */
export interface Seen {
  wanted: number;
  unwanted: number;
  /** We marked or refused it for what it says. */
  marked: number;
  /** A list in DNS spoke against the client when it was taken for wanted. */
  listed: number;
  /** A person called one of them wanted. */
  isSure: boolean;
  readonly domains: Set<string>;
  readonly ips: Set<string>;
}

export function nothingSeen(): Seen {
  return { wanted: 0, unwanted: 0, marked: 0, listed: 0, isSure: false, domains: new Set(), ips: new Set() };
}

/** Mailing services send for one organisation in the name of many subdomains; those of the last are known again by SPF. */
const domainsAtMost = 8;
/** Of a neighbourhood, in which a /24 has no more than 254. */
const addressesAtMost = 32;
/** Beyond it both counts are halved, so that what was long ago weighs less. */
const countAtMost = 1_000;
/** From so many wanted messages on a sender has a history: what a list says of one of its addresses does not take it out. */
const historyFrom = 20;
/** More of them say no more: a sender of many years that was taken over is found out by its next ten. */
const creditAtMost = 40;
/** Wanted messages that outweigh one mark. */
const worthOfMark = 4;
/** As long as a listing lasts at most that nobody renews. */
const listingMs = 7 * 86_400_000;

function isWelcome(entry: FamiliarEntry, now: number, options: FamiliarOptions): boolean {
  if (entry.isAdded) return true;
  return (
    entry.wanted >= options.messages &&
    entry.unwanted <= options.complaints * entry.wanted &&
    // A filter errs, so that the more we know of a sender, the more marks it takes; of a young one a single mark is enough.
    marksNow(entry, now) * worthOfMark <= Math.min(entry.wanted, creditAtMost) &&
    !isHeldToLists(entry, now) &&
    // Who has ripened stays so, also where the clock was set back since.
    (entry.isFamiliar || now - entry.since >= options.ripens)
  );
}

/** What we alone concluded of a young sender does not go before what a list found out since. */
function isHeldToLists({ wanted, listedAt }: FamiliarEntry, now: number): boolean {
  return wanted < historyFrom && listedAt !== undefined && Math.abs(now - listedAt) < listingMs;
}

/** The entry after what was seen; of nobody known before it begins now. */
export function added(
  before: FamiliarEntry | undefined,
  seen: Seen,
  now: number,
  options: FamiliarOptions,
): FamiliarEntry {
  const old: FamiliarEntry = before ?? {
    isFamiliar: false,
    since: now,
    last: now,
    wanted: 0,
    unwanted: 0,
    networks: [],
    domains: [],
  };
  const wanted = Math.max(0, old.wanted + seen.wanted + (seen.isSure ? options.messages : 0) - seen.unwanted);
  const unwanted = old.unwanted + seen.unwanted;
  const isMany = wanted + unwanted > countAtMost;
  const domains = union(old.domains, seen.domains, domainsAtMost);
  // A person's word goes before what we thought.
  const marked = seen.isSure ? 0 : Math.min(countAtMost, marksNow(old, now) + seen.marked);
  const isNewDomain = domains.length > old.domains.length;
  const { listedAt, ...rest } = old;
  const listed = seen.isSure ? undefined : seen.listed > 0 ? now : listedAt;
  const next = {
    ...rest,
    since: seen.isSure ? Math.min(old.since, now - options.ripens) : Math.min(old.since, now),
    last: seen.wanted > 0 || seen.isSure ? now : old.last,
    wanted: isMany ? Math.ceil(wanted / 2) : wanted,
    unwanted: isMany ? Math.floor(unwanted / 2) : unwanted,
    networks: seen.ips.size > 0 ? union(old.networks, seen.ips, addressesAtMost) : old.networks,
    domains,
    ...(listed === undefined ? {} : { listedAt: listed }),
    ...(marked > 0 || old.marked !== undefined ? { marked, markedAt: now } : {}),
    ...(isNewDomain ? { refreshAt: now } : {}),
  };
  return { ...next, isFamiliar: isWelcome(next, now, options) };
}

function union(old: readonly string[], more: ReadonlySet<string>, most: number): readonly string[] {
  return [...new Set([...old, ...more])].slice(0, most);
}
