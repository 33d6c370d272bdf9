// SPDX-License-Identifier: Apache-2.0
/**
 * Reputation — of whom people speak when they call a message wanted or not: the domains that were proven, the mailbox where everybody can have
 * one, and the client's network only where nothing was proven. The same identities are found when a message is judged, from the facts, and when
 * somebody speaks of it later, from the fields that we wrote in front of it. Pure; strangers' texts throw nothing.
 */
import { neighbourhood, parseIp } from '../core/ip.ts';
import { isSameOrganisation, organisationOf } from '../core/organisation.ts';
import { parseAuthenticationResults } from '../wire/authres/authentication-results.ts';
import { proves } from '../wire/authres/result.ts';
import { namedFields, type NamedField } from '../wire/mime/named-fields.ts';
import { authorDomainOf } from './dmarc-author.ts';

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

export interface Proven {
  readonly signers: readonly string[];
  readonly path: string | undefined;
  /** The values of all From fields. */
  readonly from: readonly string[];
  readonly ip: string | undefined;
}

const signersAtMost = 4;

/** The one that answers most for the message first: `mailbox:…`, `domain:…`, or `network:…` alone. */
export function identitiesOf({ signers, path, from, ip }: Proven, freeMail: readonly string[]): readonly string[] {
  const proven = [...signers.slice(0, signersAtMost), path].flatMap(one => (one ? [one.toLowerCase()] : []));
  if (proven.length === 0) return networkOf(ip);
  const authored = authorDomainOf(from);
  const author = authored !== undefined && proven.some(one => isSameOrganisation(one, authored)) ? authored : undefined;
  const domains = [author, ...proven].filter(one => one !== undefined);
  const isFree = (domain: string): boolean => freeMail.includes(domain) || freeMail.includes(organisationOf(domain));
  const mailbox = author !== undefined && isFree(author) ? mailboxIn(from[0] ?? '', author) : undefined;
  const own = domains.filter(domain => !isFree(domain)).map(domain => `domain:${organisationOf(domain)}`);
  return [...new Set([...(mailbox === undefined ? [] : [`mailbox:${mailbox}`]), ...own])];
}

/** The identities of a message of ours, from what we wrote in front of it; none where it did not come through this server. */
export function identitiesIn(stored: Buffer, hostName: string, freeMail: readonly string[]): readonly string[] {
  const fields = findFields(stored);
  const received = fields.findIndex(({ key }) => key === 'received');
  const [trace, told] = [fields[received], fields[received + 1]];
  // Only these two of ours, one right after the other: what stands further down strangers may have written.
  const isOurs = trace?.raw.toLowerCase().replace(/\s+/g, ' ').includes(` by ${hostName.toLowerCase()} with `) === true;
  if (!isOurs || told?.key !== 'authentication-results' || told.start !== trace.end) return [];
  const read = parseAuthenticationResults(told.raw);
  if (read?.authservId !== hostName.toLowerCase()) return [];
  const passed = (method: string, ...names: readonly string[]) =>
    read.results
      .filter(one => one.method === method && proves(one))
      .flatMap(({ properties }) => properties.filter(([, name]) => names.includes(name)).map(([, , value]) => value));
  const domainIn = (text: string): string => text.slice(text.lastIndexOf('@') + 1).toLowerCase();
  const partly = partlySigned(fields);
  // HELO speaks for a message only where its sender is null.
  const tellsOfPath = read.results.some(
    one => one.method === 'spf' && one.properties.some(([, name]) => name === 'mailfrom'),
  );
  return identitiesOf(
    {
      signers: passed('dkim', 'd').filter(domain => !partly.has(domain.toLowerCase())),
      path: passed('spf', tellsOfPath ? 'mailfrom' : 'helo').map(domainIn)[0],
      from: fields.filter(({ key }) => key === 'from').map(({ raw }) => raw),
      ip: /\[(?:IPv6:)?([0-9a-f.:]+)\]\)/i.exec(trace.raw)?.[1],
    },
    freeMail,
  );
}

const findFields = namedFields(['received', 'authentication-results', 'from', 'dkim-signature']);

/** Domains of signatures that leave a part of the body open (l=): they prove nothing. */
function partlySigned(fields: readonly NamedField[]): ReadonlySet<string> {
  const open = fields.filter(({ key, raw }) => key === 'dkim-signature' && /(?:^|;)\s*l\s*=/.test(raw));
  return new Set(open.flatMap(({ raw }) => /(?:^|;)\s*d\s*=\s*([^;\s]+)/.exec(raw)?.[1]?.toLowerCase() ?? []));
}

function mailboxIn(from: string, domain: string): string | undefined {
  const addresses = from.toLowerCase().match(/[^\s<>,;:"()@]{1,64}@[a-z0-9.-]{1,253}/g) ?? [];
  const of = new Set(addresses.filter(address => address.endsWith(`@${domain}`)));
  return of.size === 1 ? [...of][0] : undefined;
}

function networkOf(ip: string | undefined): readonly string[] {
  return ip !== undefined && parseIp(ip) ? [`network:${neighbourhood(ip)}`] : [];
}
