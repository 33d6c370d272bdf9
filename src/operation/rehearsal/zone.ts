// SPDX-License-Identifier: Apache-2.0
/**
 * Zone — the name service of a rehearsed world: PTR and the way back, MX, SPF, DKIM keys, and DNS lists that come to know an address
 * only after a while. Answers are cached by their time to live, as a resolver does it; what had to be asked is counted.
 */
import type { Clock } from '../../core/clock.ts';
import type { Dns, DnsAnswer, RecordType } from '../../core/dns.ts';
import { formatIp, neighbourhood, parseIp, reverseName } from '../../core/ip.ts';
import { dkimRecord, dkimSelector } from './letter.ts';
import type { SenderClass } from './population.ts';
import type { Host, World, WorldSender } from './world.ts';

export interface WorldDns extends Dns {
  /** How many questions would have gone out. */
  readonly queries: number;
}

const ttlSeconds = 3_600;
/** Lists are short-lived, also what they do not list: Spamhaus' negative TTL. */
const listTtlSeconds = 150;
const cacheLimit = 200_000;

const noName: DnsAnswer = { kind: 'no-name' };
const noData: DnsAnswer = { kind: 'no-data' };
const silent: DnsAnswer = { kind: 'unavailable', reason: 'no answer' };

export function worldDns(world: World, clock: Clock): WorldDns {
  const cache = new Map<string, { readonly answer: DnsAnswer; readonly until: number }>();
  const names = namesOf(world);
  let queries = 0;
  const cached = (name: string, type: RecordType): DnsAnswer | undefined => {
    const key = `${type} ${name}`;
    const found = cache.get(key);
    if (!found) return undefined;
    if (found.until > clock.monotonic()) return found.answer;
    cache.delete(key);
    return undefined;
  };
  const ask = async (name: string, type: RecordType): Promise<DnsAnswer> => {
    const known = cached(name, type);
    if (known) return known;
    queries++;
    const asked = name.toLowerCase().replace(/\.$/, '');
    const zone = world.population.lists.find(list => asked.endsWith(`.${list.zone}`));
    const answer = zone ? listAnswer(world, zone, asked, type, clock.monotonic()) : answerOf(names, asked, type);
    if (cache.size >= cacheLimit) cache.clear();
    if (answer.kind !== 'unavailable')
      cache.set(`${type} ${name}`, {
        answer,
        until: clock.monotonic() + 1_000 * (zone ? listTtlSeconds : ttlSeconds),
      });
    return answer;
  };
  return {
    ask,
    cached,
    get queries() {
      return queries;
    },
  };
}

type Records = { readonly [T in RecordType]?: readonly string[] } & { readonly isSilent?: boolean };

/** All names that do not change: by name, lower case. */
function namesOf({ hosts, domains, receiver }: World): ReadonlyMap<string, Records> {
  const names = new Map<string, Records>();
  for (const host of hosts.values()) addHost(names, host);
  for (const [domain, { sender, senderClass }] of domains) addDomain(names, domain, sender, senderClass);
  names.set(receiver.domain, { MX: [`10 mx.${receiver.domain}`] });
  return names;
}

function addHost(names: Map<string, Records>, { ip, reverse }: Host): void {
  const bytes = parseIp(ip);
  if (!bytes) return;
  const pointer = reverseName(bytes);
  if (reverse.form === 'failing') names.set(pointer, { isSilent: true });
  if (reverse.form === 'missing' || reverse.form === 'failing') return;
  names.set(pointer, { PTR: [reverse.name] });
  if (reverse.form === 'unconfirmed') return;
  const type = bytes.length === 4 ? 'A' : 'AAAA';
  const known = names.get(reverse.name);
  names.set(reverse.name, { ...known, [type]: [...(known?.[type] ?? []), ip] });
}

function addDomain(names: Map<string, Records>, domain: string, sender: WorldSender, senderClass: SenderClass): void {
  const { spf, isSigned } = senderClass.proof;
  const known = names.get(domain);
  const policy = spfOf(spf, sender.hosts);
  names.set(domain, { ...known, MX: [`10 mx.${domain}`], ...(policy === undefined ? {} : { TXT: [policy] }) });
  names.set(`mx.${domain}`, { ...names.get(`mx.${domain}`), A: ['192.0.2.25'] });
  if (isSigned) names.set(`${dkimSelector}._domainkey.${domain}`, { TXT: [dkimRecord] });
}

function spfOf(result: SenderClass['proof']['spf'], hosts: readonly Host[]): string | undefined {
  switch (result) {
    case 'pass': {
      const places = hosts.length > 4 ? hosts.map(({ ip }) => neighbourhood(ip)) : hosts.map(({ ip }) => ip);
      const words = [...new Set(places)].map(place => `${place.includes(':') ? 'ip6' : 'ip4'}:${place}`);
      return `v=spf1 ${words.join(' ')} -all`;
    }
    case 'fail':
      return 'v=spf1 ip4:192.0.2.25 -all';
    case 'softfail':
      return 'v=spf1 ip4:192.0.2.25 ~all';
    case 'none':
      return undefined;
  }
}

function answerOf(names: ReadonlyMap<string, Records>, name: string, type: RecordType): DnsAnswer {
  const records = names.get(name);
  if (!records) return noName;
  if (records.isSilent) return silent;
  const data = records[type];
  return data ? { kind: 'found', records: data.map(text => ({ data: text, ttlSeconds })) } : noData;
}

/** RFC 5782: 127.0.0.2 is always listed, 127.0.0.1 never. */
function listAnswer(
  world: World,
  { zone, answer }: { readonly zone: string; readonly answer: string },
  name: string,
  type: RecordType,
  nowMs: number,
): DnsAnswer {
  const labels = name.slice(0, -zone.length - 1);
  const isListed = labels === '2.0.0.127' || isHostListed(hostAt(world, labels), zone, nowMs);
  if (!isListed) return noName;
  if (type === 'A') return { kind: 'found', records: [{ data: answer, ttlSeconds: listTtlSeconds }] };
  return type === 'TXT'
    ? { kind: 'found', records: [{ data: `listed in ${zone}`, ttlSeconds: listTtlSeconds }] }
    : noData;
}

function isHostListed(host: Host | undefined, zone: string, nowMs: number): boolean {
  return (
    host !== undefined &&
    host.listings.some(one => one.zone === zone && nowMs >= host.firstAt + 60_000 * one.afterMinutes)
  );
}

function hostAt({ hosts }: World, labels: string): Host | undefined {
  const parts = labels.split('.');
  if (parts.length === 4) return hosts.get(parts.reverse().join('.'));
  if (parts.length !== 32) return undefined;
  const hex = parts.reverse().join('');
  const bytes = Uint8Array.from({ length: 16 }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));
  return hosts.get(formatIp(bytes));
}
