// SPDX-License-Identifier: Apache-2.0
/**
 * Domain age — since when this server knows a domain, its SPF record and its name servers. Whoever registers a domain can publish a faultless
 * record the same hour, so that proof by a new domain is no merit; it is no fault either. Where registries are asked, their word counts too. In its first 14 days a server knows nobody for long,
 * and has no opinion. Fails with the faults of the state store; what the name service does not tell is not compared.
 */
import { hash } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { Dns, DnsAnswer, RecordType } from '../core/dns.ts';
import type { StateStore } from '../store/state/contract.ts';
import { isVersion1 } from '../wire/spf/record.ts';
import type { DomainAgeOptions } from './domain-age-options.ts';
import type { Registrations } from './registrations.ts';

export type YoungestPart = 'domain' | 'spf' | 'name-servers' | 'list' | 'registration';

export interface DomainAge {
  readonly domain: string;
  /** Since its youngest part was first seen; 0 for one that a list of new registrations holds. */
  readonly ageMs: number;
  readonly youngest: YoungestPart;
  readonly isNew: boolean;
}

export interface AgeServices {
  readonly state: StateStore;
  readonly dns: Dns;
  readonly clock: Clock;
  readonly options: DomainAgeOptions;
  /** What registries say; see registrations.ts. */
  readonly registrations: Pick<Registrations, 'of'>;
  /** The network that made us ask, so that it holds up nobody else. */
  readonly asker?: string;
}

const dayMs = 86_400_000;
export const firstDaysMs = 14 * dayMs;
/** Of a domain that was silent for so long nothing is remembered. */
const memoryMs = 400 * dayMs;
const serverMemoryMs = 3_650 * dayMs;
/** What was seen in turn, as by name servers that disagree, is not new each time. */
const keptAtMost = 4;
/** Whose name servers are slow is not waited for: the sender chooses them. */
const patienceMs = 4_000;

/** First seen, by a hash of what was seen; the latest first. */
type Sightings = readonly (readonly [hash: string, first: number])[];
interface Memory {
  readonly domain: number;
  readonly spf: Sightings;
  readonly nameServers: Sightings;
  /** When this was written. */
  readonly at: number;
}

/** Whether this server is old enough to have an opinion; begins to count when first asked. */
export async function knowsAges({ state, clock }: Pick<AgeServices, 'state' | 'clock'>): Promise<boolean> {
  const now = clock.now();
  const since = Number(await state.settle('domain-age since', String(now), serverMemoryMs, now));
  return now - since >= firstDaysMs;
}

/** Notes that the domain was seen now, and says how long it has been known as it is. `domain` is a registrable one, as A-labels. */
export async function ageOf(domain: string, services: AgeServices, signal?: AbortSignal): Promise<DomainAge> {
  const { state, clock, options } = services;
  const ask = (name: string, type: RecordType) => patiently(services, name, type, signal);
  const [texts, servers, ...listed] = await Promise.all([
    ask(domain, 'TXT'),
    ask(domain, 'NS'),
    ...options.lists.map(zone => ask(`${domain}.${zone}`, 'A')),
  ]);
  const now = clock.now();
  const key = `domain-age of ${domain}`;
  const [spf, nameServers] = [hashOf(texts, isVersion1), hashOf(servers, () => true)];
  let memory: Memory = { domain: now, spf: [], nameServers: [], at: 0 };
  // Another process may note the same message's sibling at this moment: then what it wrote is read and added to.
  for (let tries = 0; tries < 3; tries++) {
    const before = await state.get(key, now);
    const known: Memory | undefined = before === undefined ? undefined : JSON.parse(before);
    const old = known ?? { domain: now, spf: [], nameServers: [], at: 0 };
    memory = {
      domain: old.domain,
      spf: seen(old.spf, spf, now),
      nameServers: seen(old.nameServers, nameServers, now),
      at: now,
    };
    const isSame = memory.spf[0] === old.spf[0] && memory.nameServers[0] === old.nameServers[0];
    if (isSame && now - old.at < dayMs) break;
    if (await state.swap(key, before, JSON.stringify(memory), memoryMs, now)) break;
  }
  const registered = await services.registrations.of(domain, services.asker);
  // What was there when the domain was first seen need not have been new then: of that the registry knows more.
  const since = (first: number | undefined) =>
    first === memory.domain && registered !== undefined ? Math.min(first, registered) : first;
  const parts: readonly (readonly [YoungestPart, number | undefined])[] = [
    ['spf', spf === undefined ? undefined : since(memory.spf[0]?.[1])],
    ['name-servers', nameServers === undefined ? undefined : since(memory.nameServers[0]?.[1])],
    ['list', listed.some(isListed) ? now : undefined],
    // A name that was given up may belong to somebody else since then.
    ['registration', registered],
  ];
  let [youngest, first]: readonly [YoungestPart, number] = ['domain', since(memory.domain) ?? memory.domain];
  for (const [part, at] of parts) if (at !== undefined && at > first) [youngest, first] = [part, at];
  const ageMs = Math.max(0, now - first);
  return { domain, ageMs, youngest, isNew: youngest === 'list' || ageMs < options.newFor };
}

/** The sightings with this one first; unchanged where nothing can be said. */
function seen(sightings: Sightings, hash: string | undefined, now: number): Sightings {
  if (hash === undefined || sightings[0]?.[0] === hash) return sightings;
  const before = sightings.find(([known]) => known === hash);
  return [before ?? ([hash, now] as const), ...sightings.filter(one => one !== before)].slice(0, keptAtMost);
}

/** Undefined where the name service has no say. */
function hashOf(answer: DnsAnswer, isMeant: (data: string) => boolean): string | undefined {
  if (answer.kind === 'unavailable') return undefined;
  const records = answer.kind === 'found' ? answer.records.map(({ data }) => data).filter(isMeant) : [];
  const text = records
    .map(data => data.toLowerCase())
    .sort()
    .join('\n');
  return hash('sha256', text, 'base64url').slice(0, 16);
}

/** Lists answer 127.0.0.x (RFC 5782); 127.255.255.x says that they do not answer us. */
function isListed(answer: DnsAnswer): boolean {
  return (
    answer.kind === 'found' &&
    answer.records.some(({ data }) => data.startsWith('127.') && !data.startsWith('127.255.255.'))
  );
}

async function patiently(
  { dns, clock }: AgeServices,
  name: string,
  type: RecordType,
  signal?: AbortSignal,
): Promise<DnsAnswer> {
  const known = dns.cached(name, type);
  if (known) return known;
  const { promise: tooLate, resolve } = Promise.withResolvers<DnsAnswer>();
  const timer = clock.after(patienceMs, () => resolve({ kind: 'unavailable', reason: 'too slow' }));
  try {
    return await Promise.race([dns.ask(name, type, signal), tooLate]);
  } finally {
    timer.cancel();
  }
}
