// SPDX-License-Identifier: Apache-2.0
/** The own list in real rbldnsd and on our own port: both answer alike, A and TXT, listed and unlisted, IPv4 and IPv6. */
import { deepEqual, equal } from 'node:assert/strict';
import { it } from 'node:test';
import { rbldnsdLines } from '../../src/connection/own-list/export.ts';
import { KeptOwnList } from '../../src/connection/own-list/own-list.ts';
import { answerFrom } from '../../src/connection/own-list/zone.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { DnsAnswer, RecordType } from '../../src/core/dns.ts';
import { silentLog } from '../../src/core/log.ts';
import { openNameAnswerer } from '../../src/net/name-answerer.ts';
import { Resolver } from '../../src/net/resolver/resolver.ts';
import { memoryStateStore } from '../../src/store/state/memory.ts';
import { listQuestion, testQuestions } from '../../src/wire/dnslist/question.ts';
import { startRbldnsd, whyNoRbldnsd } from './rbldnsd.ts';

const zone = 'caught.example';
const count = process.env['SEKISHO_QUICK'] === undefined ? 10_000 : 1_000;

/** The same numbers each time, far apart. */
function addressOf(i: number): string {
  const spread = Math.imul(i, 2_654_435_761) >>> 0;
  if (i % 4 === 3)
    return `2001:db8:${(spread >>> 16).toString(16)}:${(spread & 0xffff).toString(16)}::${i.toString(16)}`;
  return `${1 + ((spread >>> 24) % 9)}.${(spread >>> 16) & 255}.${(spread >>> 8) & 255}.${spread & 255}`;
}

it(`answers as rbldnsd does with the exported list, for ${count} addresses`, { skip: whyNoRbldnsd() }, async test => {
  const rules = { listAt: 5, halfLife: 86_400_000 };
  const list = new KeptOwnList({
    state: memoryStateStore(),
    clock: systemClock,
    log: silentLog,
    isFamiliar: () => false,
    rules: () => rules,
  });
  // Every other one is caught, each seventh of them not often enough.
  for (let i = 0; i < count; i += 2)
    list.note(addressOf(i), { blocked: i % 7 === 0 ? 0 : 2 + (i % 3), trap: 2 + (i % 5), unknown: i % 3 });
  await list.flush();
  let text = '';
  for await (const line of rbldnsdLines({
    entries: list.entries(),
    nameServer: 'ns.example',
    now: () => systemClock.now(),
  }))
    text += line;
  const theirs = await startRbldnsd(zone, text);
  test.after(() => theirs.stop());
  const ours = await openNameAnswerer(
    { host: '127.0.0.1', port: 0, reusePort: false },
    {
      clock: systemClock,
      answersPerSecond: () => 1e9,
      answer: question => answerFrom({ list, zone, nameServer: 'ns.example', now: () => systemClock.now() }, question),
    },
  );
  test.after(() => ours.close());
  const resolverAt = (port: number) => {
    const resolver = new Resolver({ servers: [{ ip: '127.0.0.1', port }], clock: systemClock, cacheSizeBytes: 1 });
    test.after(() => resolver.close());
    return resolver;
  };
  const [mine, peer] = [resolverAt(ours.address.port), resolverAt(theirs.port)];
  let listed = 0;
  const compare = async (name: string, type: RecordType): Promise<void> => {
    const [a, b] = await Promise.all([mine.ask(name, type), peer.ask(name, type)]);
    if (a.kind === 'found') listed++;
    deepEqual(dataOf(a), dataOf(b), `${type} ${name}`);
  };
  for (let from = 0; from < count; from += 50)
    await Promise.all(
      Array.from({ length: Math.min(50, count - from) }, async (_, i) => {
        const name = listQuestion(addressOf(from + i), zone)?.name ?? '';
        await compare(name, 'A');
        await compare(name, 'TXT');
      }),
    );
  // Half of them but a seventh, A and TXT each.
  equal(listed, 2 * (count / 2 - Math.ceil(count / 14)));
  for (const form of ['ipv4', 'ipv6'] as const)
    for (const name of Object.values(testQuestions(form, zone))) await compare(name, 'A');
  await compare(zone, 'NS');
});

function dataOf(answer: DnsAnswer): unknown {
  return answer.kind === 'found' ? answer.records.map(({ data }) => data).sort() : answer.kind;
}
