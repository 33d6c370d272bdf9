// SPDX-License-Identifier: Apache-2.0
/**
 * Hostile DNS — a name server of our own that loses, forges, cuts and delays as it likes, before the real resolver and the real way: what many messages
 * at once come to beside what they come to where every answer is true.
 */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import type { Judges } from '../../src/app.ts';
import { handOn, zoneOf } from '../../src/authentication/sealed.suite.ts';
import { ed25519Keys, rsaKeys, signatureOf } from '../../src/authentication/signed.suite.ts';
import { systemClock, type Clock } from '../../src/core/clock.ts';
import type { Dns, RecordType } from '../../src/core/dns.ts';
import { seededRandom, type Random } from '../../src/core/random.ts';
import { NameServer, type Asked, type Told } from '../../src/net/name-server.suite.ts';
import { Resolver, type ResolverOptions } from '../../src/net/resolver/resolver.ts';
import { zoneDns, type Zone } from '../../src/net/zone-dns.ts';
import { openWayWorld } from '../../src/way.suite.ts';
import { encodeReply, type Reply } from '../../src/wire/dns/reply.ts';
import { typeNumbers, type WireRecord } from '../../src/wire/dns/types.ts';
import { judgeFile } from '../../src/workplace/judge-file.ts';

/** The true clock, which a test may put forward, and whose waits are so many times shorter. */
class ForwardClock implements Clock {
  haste = 1;
  #aheadMs = 0;

  now(): number {
    return systemClock.now() + this.#aheadMs;
  }

  monotonic(): number {
    return systemClock.monotonic() + this.#aheadMs;
  }

  after(waitMs: number, work: () => void) {
    return systemClock.after(waitMs / this.haste, work);
  }

  forward(ms: number): void {
    this.#aheadMs += ms;
  }
}

export interface Letter {
  readonly bytes: Buffer;
  readonly client: string;
  readonly hello: string;
  readonly sender: string;
}

const honest = '203.0.113.9';
const stranger = '198.51.100.7';

/** Letters of every fate: proven by each of the methods and by none, forged and refused, broken keys, long chains of records; each of a domain of its own. */
export async function lettersAndZone(count: number): Promise<{ letters: readonly Letter[]; zone: Zone }> {
  const [ed, rsa, revoked] = [ed25519Keys(), rsaKeys(1_024), 'v=DKIM1; k=rsa; p='];
  const hop = { domain: 'list.example', from: 'x.example' } as const;
  const zone: Record<string, Zone[string]> = { ...zoneOf(hop), 'forger.example': { TXT: 'v=spf1 +all' } };
  const letters: Letter[] = [];
  for (let i = 0; i < count; i++) {
    const domain = `d${i}.${['example', 'co.example', 'test'][i % 3]}`;
    const kind = i % 8;
    const mail = `From: Alice <alice@${domain}>\r\nTo: bob@example.jp\r\nSubject: minutes ${i}\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\nMessage-ID: <${i}@${domain}>\r\n\r\nThe minutes of meeting ${i}.\r\n`;
    const isSigned = [0, 2, 5, 6].includes(kind);
    const signature = isSigned ? await signatureOf({ keys: i % 2 ? ed : rsa, text: mail, domain, selector: 's1' }) : '';
    zone[domain] = { TXT: spfOf[kind]?.(domain) ?? [], MX: `10 mx.${domain}`, A: '192.0.2.1' };
    zone[`mx.${domain}`] = { A: honest };
    zone[`a.${domain}`] = { TXT: `v=spf1 include:b.${domain} ?all` };
    zone[`b.${domain}`] = { TXT: `v=spf1 mx:${domain} -all` };
    if (kind !== 4) zone[`_dmarc.${domain}`] = { TXT: `v=DMARC1; p=${['reject', 'quarantine', 'none'][i % 3]}` };
    if (isSigned) zone[`s1._domainkey.${domain}`] = { TXT: kind === 5 ? revoked : (i % 2 ? ed : rsa).record };
    const text = kind === 6 ? await handOn(signature + mail, hop) : signature + mail;
    letters.push({
      bytes: Buffer.from(text, 'latin1'),
      client: kind === 1 || kind === 6 ? stranger : honest,
      hello: `mx.${domain}`,
      sender: `alice@${kind === 7 ? 'forger.example' : domain}`,
    });
  }
  return { letters, zone };
}

const spfOf: Readonly<Record<number, (domain: string) => string>> = {
  0: () => `v=spf1 ip4:${honest} -all`,
  1: () => `v=spf1 ip4:${honest} -all`,
  3: domain => `v=spf1 include:a.${domain} -all`,
  5: domain => `v=spf1 a mx:${domain} ~all`,
  6: domain => `v=spf1 redirect=a.${domain}`,
  7: () => 'v=spf1 -all',
};

/** What a message came to: each result by its method and subject, and what was done. */
export interface Came {
  readonly results: ReadonlyMap<string, string>;
  readonly outcome: string;
}

export interface Post {
  judge(letter: Letter): Promise<Came>;
}

export async function openPost(dns: Dns): Promise<Post> {
  const { judges } = await openWayWorld({ dns, domains: ['example.jp'], mailboxes: ['bob'] });
  return { judge: letter => judged(judges, letter) };
}

async function judged(judges: Judges, { bytes, client, hello, sender }: Letter): Promise<Came> {
  const how = { client, hello, sender, recipients: ['bob@example.jp'] };
  const { results, outcome } = await judgeFile({ judges, hostName: 'mx.example.jp' }, bytes, how);
  const counts = new Map<string, number>();
  return {
    outcome,
    results: new Map(
      results.map(({ method, result, properties }) => {
        const [, property, value] = properties[0] ?? ['', '', ''];
        const name = method === 'spf' ? `spf ${property} ${value}` : method;
        const nth = (counts.get(name) ?? 0) + 1;
        counts.set(name, nth);
        return [`${name} ${nth}`, result] as const;
      }),
    ),
  };
}

/** Where `came` says another thing than the truth, `temperror` and silence of what could not be asked set aside. */
export function lies(came: Came, truth: Came): readonly string[] {
  const wrong = Array.from(came.results).flatMap(([name, result]) => {
    const expected = truth.results.get(name) ?? 'none';
    return result === expected || result === 'temperror' ? [] : [`${name}: ${result}, in truth ${expected}`];
  });
  const isRefused = came.outcome === 'reject' && (truth.outcome !== 'reject' || came.results.get('dmarc 1') !== 'fail');
  return isRefused ? [...wrong, `refused: ${JSON.stringify([...came.results])}`] : wrong;
}

/** How many results are as in truth, `none` left out, and how many are not known. */
export function countOf(
  all: readonly Came[],
  truth: readonly Came[],
): { readonly true: number; readonly unknown: number } {
  let [known, unknown] = [0, 0];
  for (const [i, { results }] of truth.entries())
    for (const [name, result] of results) {
      const came = all[i]?.results.get(name);
      if (result === 'none') continue;
      if (came === result) known++;
      else unknown++;
    }
  return { true: known, unknown };
}

/** Answers from the zone as ill as may be: 30 % are lost, and of the rest half are something else than a plain good answer. */
export function hostile(zone: Zone, random: Random): (asked: Asked) => Told {
  const dns = zoneDns(zone);
  return asked => {
    const { question, id, by } = asked;
    const good = replyOf(dns, asked);
    const forged = { ...good, id, question, responseCode: 0, answers: falseAnswers(asked) };
    if (by === 'tcp') return random.next() < 0.5 ? 'silence' : good;
    if (random.next() < 0.3) return 'silence';
    switch (Math.floor(random.next() * 16)) {
      case 0:
        return { responseCode: 2 };
      case 1:
        return [encodeReply({ ...forged, id: id ^ 0x55 })];
      case 2:
        return [encodeReply({ ...forged, id: id ^ 0x55 }), encodeReply({ ...good, question, id })];
      case 3:
        return [encodeReply({ ...forged, question: { ...question, name: `x${question.name}` } })];
      case 4:
        return [
          encodeReply({ ...forged, question: { ...question, type: question.type ^ 1 } }),
          encodeReply({ ...good, question, id }),
        ];
      case 5:
      case 6:
        return { isTruncated: true, answers: [] };
      case 7: {
        const [there, back] = [`loop.${question.name}`, question.name];
        const alias = (name: string, data: string): WireRecord => ({ name, type: 'CNAME', ttlSeconds: 60, data });
        return { answers: [alias(back, there), alias(there, back)] };
      }
      case 8: {
        const whole = encodeReply({ ...good, question, id });
        return [whole.subarray(0, 12 + Math.floor(random.next() * (whole.length - 12)))];
      }
      default:
        return good;
    }
  };
}

/** What would be another result, if it were believed. */
function falseAnswers({ question: { name, type } }: Asked): readonly WireRecord[] {
  const of = (kind: RecordType, data: string): WireRecord => ({ name, type: kind, ttlSeconds: 600, data });
  switch (type) {
    case typeNumbers.TXT:
      return [of('TXT', name.startsWith('_dmarc.') ? 'v=DMARC1; p=reject' : 'v=spf1 +all')];
    case typeNumbers.A:
      return [of('A', stranger)];
    default:
      return [];
  }
}

function replyOf(dns: Dns, { question: { name, type } }: Asked): Omit<Reply, 'id'> {
  const kind = Object.entries(typeNumbers).find(([, number]) => number === type)?.[0] as RecordType;
  const soa: WireRecord = { name: 'example', type: 'SOA', ttlSeconds: 60, data: 'ns.example admin.example 1 2 3 4 60' };
  const answer = dns.cached(name, kind);
  switch (answer?.kind) {
    case 'found':
      return { answers: answer.records.map(({ data }) => ({ name, type: kind, ttlSeconds: 60, data })) };
    case 'no-name':
      return { responseCode: 3, authority: [soa] };
    case 'no-data':
    case 'unavailable':
    case undefined:
      return { authority: [soa] };
  }
}

/**
 * Sockets by UDP that this process holds towards the servers. A query has one of its own; what is asked by TCP afterwards keeps its place.
 * Each is counted once by its inode: the kernel's list is of the whole machine, and names one twice where it changes while it is read.
 */
export function socketsTowards(ports: readonly number[]): number {
  const places = new Set(ports.map(port => `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`));
  const towards = readFileSync('/proc/net/udp', 'latin1')
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(([, , place = '']) => places.has(place))
    .map(fields => `socket:[${fields[9]}]`);
  const own = new Set(readdirSync('/proc/self/fd').map(linkOf));
  return new Set(towards.filter(socket => own.has(socket))).size;
}

/** Empty for one that another thread has closed meanwhile. */
function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

export interface Trial {
  readonly letters: readonly Letter[];
  readonly zone: Zone;
  readonly options: Partial<ResolverOptions>;
  /** So many times shorter than the resolver's own are its waits while the servers are hostile. */
  readonly haste: number;
  readonly seed: number;
  /** The servers tell the truth from the beginning. */
  readonly isFriendly?: boolean;
}

export interface Suffered {
  readonly cold: readonly Came[];
  readonly warm: readonly Came[];
  readonly past: readonly Came[];
  /** Once more where the same server is well again and the time of every record and failure is over. */
  readonly mended: readonly Came[];
  readonly mostSockets: number;
  readonly queries: number;
}

/** All letters at once: with nothing known, again at once, and again when all that was told is out of date. */
export async function sufferAll({ letters, zone, options, haste, seed, isFriendly = false }: Trial): Promise<Suffered> {
  const clock = new ForwardClock();
  clock.haste = haste;
  const random = seededRandom(seed);
  let [queries, mostSockets, isIll] = [0, 0, !isFriendly];
  const ports: number[] = [];
  const ill = hostile(zone, random);
  const well = zoneDns(zone);
  const tell = (asked: Asked): Told => {
    if (queries++ % 20 === 0) mostSockets = Math.max(mostSockets, socketsTowards(ports));
    return isIll ? ill(asked) : replyOf(well, asked);
  };
  const servers = [await NameServer.start(tell), await NameServer.start(tell)];
  ports.push(...servers.map(({ address }) => address.port));
  const resolver = new Resolver({ servers: servers.map(({ address }) => address), clock, random, ...options });
  try {
    const post = await openPost(resolver);
    const all = () => Promise.all(letters.map(letter => post.judge(letter)));
    const cold = await all();
    const warm = await all();
    clock.forward(3_600_000);
    const past = await all();
    clock.forward(3_600_000);
    isIll = false;
    clock.haste = 1;
    const mended: Came[] = [];
    // In small groups: here everything must be answered.
    for (let at = 0; at < letters.length; at += 50)
      mended.push(...(await Promise.all(letters.slice(at, at + 50).map(letter => post.judge(letter)))));
    return { cold, warm, past, mended, mostSockets, queries };
  } finally {
    await resolver.close();
    await Promise.all(servers.map(server => server.close()));
  }
}
