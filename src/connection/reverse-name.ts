// SPDX-License-Identifier: Apache-2.0
/**
 * Reverse name — the name an address claims (PTR), and whether that name leads back to the address.
 * Anyone may write any name into his own reverse zone: only a confirmed one is worth trusting (RFC 8601 2.7.3).
 * Never throws and never blames: many honest servers have no PTR record, and a time-out is not the client's fault.
 */
import type { Dns, DnsAnswer, RecordType } from '../core/dns.ts';
import { toALabels } from '../core/domain.ts';
import { normaliseIp, parseIp, reverseName as pointerName } from '../core/ip.ts';

export type ReverseName =
  | { readonly kind: 'none' }
  /** It claims names, none of which leads back to it. */
  | { readonly kind: 'unconfirmed'; readonly names: readonly string[] }
  | { readonly kind: 'confirmed'; readonly name: string; readonly names: readonly string[] }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Only so many of the names are looked up, or a zone with thousands would be a lever against us (RFC 7208 4.6.4 says 10). */
const namesLimit = 10;

/** At once where everything is in the cache, as a promise where it is not. */
export function readReverseName(ip: string, dns: Dns, signal?: AbortSignal): ReverseName | Promise<ReverseName> {
  const bytes = parseIp(ip);
  if (!bytes) return { kind: 'none' };
  const type = bytes.length === 4 ? 'A' : 'AAAA';
  const pointer = pointerName(bytes);
  const known = dns.cached(pointer, 'PTR');
  if (!known) return dns.ask(pointer, 'PTR', signal).then(answer => confirm(answer, ip, type, dns, signal));
  return confirm(known, ip, type, dns, signal);
}

function confirm(
  answer: DnsAnswer,
  ip: string,
  type: RecordType,
  dns: Dns,
  signal: AbortSignal | undefined,
): ReverseName | Promise<ReverseName> {
  if (answer.kind === 'unavailable') return { kind: 'unavailable', reason: answer.reason };
  if (answer.kind !== 'found') return { kind: 'none' };
  const names = answer.records
    .slice(0, namesLimit)
    .map(record => toALabels(record.data))
    .filter(name => name !== '');
  if (names.length === 0) return { kind: 'none' };
  const known = names.map(name => dns.cached(name, type));
  if (known.every(one => one !== undefined)) return conclude(names, known, ip);
  return Promise.all(names.map(name => dns.ask(name, type, signal))).then(answers => conclude(names, answers, ip));
}

function conclude(names: readonly string[], answers: readonly DnsAnswer[], ip: string): ReverseName {
  const leadsBack = (answer: DnsAnswer | undefined): boolean =>
    answer?.kind === 'found' && answer.records.some(({ data }) => data === ip || normaliseIp(data) === ip);
  const confirmed = names.filter((_, at) => leadsBack(answers[at]));
  const [name] = confirmed;
  if (name !== undefined) return { kind: 'confirmed', name, names: confirmed };
  const silent = answers.find(answer => answer.kind === 'unavailable');
  return silent ? { kind: 'unavailable', reason: silent.reason } : { kind: 'unconfirmed', names };
}
