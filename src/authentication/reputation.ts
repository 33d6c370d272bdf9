// SPDX-License-Identifier: Apache-2.0
/**
 * Reputation — of whom people speak when they call a message wanted or not: the domains that were proven, the mailbox where everybody can have
 * one, and the client's network only where nothing was proven. The same identities are found when a message is judged, from the facts, and when
 * somebody speaks of it later, from the fields that we wrote in front of it. Pure; strangers' texts throw nothing.
 */
import { neighbourhood, parseIp } from '../core/ip.ts';
import { isSameOrganisation, organisationOf } from '../core/organisation.ts';
import { authorDomainOf } from './dmarc-author.ts';
import { provenIn, type Proven } from './proven.ts';

/** What is known of an identity; see learning/reputation.ts, which counts. */
export interface KnownReputation {
  readonly identity: string;
  readonly wanted: number;
  readonly unwanted: number;
  readonly lower: number;
  readonly upper: number;
}

declare module '../check/services.ts' {
  interface Services {
    readonly reputations: {
      of(identity: string): KnownReputation;
      readonly freeMail: readonly string[];
    };
  }
}

const signersAtMost = 4;

/** The number of the autonomous system an address belongs to, where that is known. */
export type AsnOf = (ip: string) => number | undefined;

/** The one that answers most for the message first: `mailbox:…`, `domain:…`, or where nothing is proven `network:…` and `asn:…` alone. */
export function identitiesOf(
  { signers, path, from, ip }: Proven,
  freeMail: readonly string[],
  asnOf: AsnOf = () => undefined,
): readonly string[] {
  const proven = [...signers.slice(0, signersAtMost), path].flatMap(one => (one ? [one.toLowerCase()] : []));
  if (proven.length === 0) return networkOf(ip, asnOf);
  const authored = authorDomainOf(from);
  const author = authored !== undefined && proven.some(one => isSameOrganisation(one, authored)) ? authored : undefined;
  const domains = [author, ...proven].filter(one => one !== undefined);
  const isFree = (domain: string): boolean => freeMail.includes(domain) || freeMail.includes(organisationOf(domain));
  const mailbox = author !== undefined && isFree(author) ? mailboxIn(from[0] ?? '', author) : undefined;
  const own = domains.filter(domain => !isFree(domain)).map(domain => `domain:${organisationOf(domain)}`);
  return [...new Set([...(mailbox === undefined ? [] : [`mailbox:${mailbox}`]), ...own])];
}

/** The identities of a message of ours, from what we wrote in front of it; none where it did not come through this server. */
export function identitiesIn(
  stored: Buffer,
  hostName: string,
  freeMail: readonly string[],
  asnOf: AsnOf = () => undefined,
): readonly string[] {
  const proven = provenIn(stored, hostName);
  return proven ? identitiesOf(proven, freeMail, asnOf) : [];
}

function mailboxIn(from: string, domain: string): string | undefined {
  const addresses = from.toLowerCase().match(/[^\s<>,;:"()@]{1,64}@[a-z0-9.-]{1,253}/g) ?? [];
  const of = new Set(addresses.filter(address => address.endsWith(`@${domain}`)));
  return of.size === 1 ? [...of][0] : undefined;
}

/** The neighbourhood answers more than the whole system, which may have millions of customers. */
function networkOf(ip: string | undefined, asnOf: AsnOf): readonly string[] {
  if (ip === undefined || !parseIp(ip)) return [];
  const asn = asnOf(ip);
  return [`network:${neighbourhood(ip)}`, ...(asn === undefined ? [] : [`asn:AS${asn}`])];
}
