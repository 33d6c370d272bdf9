// SPDX-License-Identifier: Apache-2.0
/**
 * Sightings — as whom the sender of a message will be known again (core/familiar.ts): the domain that SPF proved, else its neighbourhood with its
 * greeting; and the domains that signed it, which teach only, since before DATA nobody knows them.
 */
import { clientAt, type Client } from '../core/client.ts';
import { sightingOfDomain, sightingOfNetwork, type Sighting } from '../core/familiar.ts';
import { isInside } from '../core/ip.ts';
import { earnsCredit, type DkimResult } from './dkim-result.ts';
import { provenIn } from './proven.ts';
import { provenDomain, type SpfResult } from './spf.ts';

const signersAtMost = 4;

/** None of those who are never judged by their address. `spf` and `dkim` are the facts, as far as they were measured. */
export function sightingsOf(client: Client, hello: string, spf: unknown, dkim: unknown): readonly Sighting[] {
  if (client.isOurs || isInside(client.ip)) return [];
  const signers = isDkim(dkim) ? dkim.filter(earnsCredit).map(({ domain }) => domain) : [];
  return sightings(isSpf(spf) ? provenDomain(spf) : undefined, signers, client, hello);
}

/** Of a message as it is stored; none where it did not come through this server. */
export function sightingsIn(stored: Buffer, hostName: string): readonly Sighting[] {
  const proven = provenIn(stored, hostName);
  if (proven?.ip === undefined || isInside(proven.ip)) return [];
  return sightings(proven.path, proven.signers, clientAt(proven.ip, 0), proven.hello);
}

/** Before DATA: the one identity by which it may be known. */
export function sightingOf(path: string | undefined, client: Client, hello: string): Sighting {
  return path === undefined ? sightingOfNetwork(client.network, hello, client.ip) : sightingOfDomain(path);
}

function sightings(path: string | undefined, signers: readonly string[], client: Client, hello: string) {
  const all = [sightingOf(path, client, hello), ...signers.slice(0, signersAtMost).map(sightingOfDomain)];
  return [...new Map(all.map(one => [one.identity, one])).values()];
}

export function isSpf(value: unknown): value is SpfResult {
  return typeof value === 'object' && value !== null && 'identity' in value;
}

function isDkim(value: unknown): value is readonly DkimResult[] {
  return Array.isArray(value);
}
