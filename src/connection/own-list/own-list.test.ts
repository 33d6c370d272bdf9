// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TestClock } from '../../core/clock.ts';
import { silentLog } from '../../core/log.ts';
import type { OwnListEntry } from '../../core/own-list.ts';
import { memoryStateStore } from '../../store/state/memory.ts';
import type { StateStore } from '../../store/state/contract.ts';
import { rbldnsdLines } from './export.ts';
import { KeptOwnList } from './own-list.ts';

const dayMs = 86_400_000;
const rules = { listAt: 5, halfLife: 3 * dayMs };

function seat(state: StateStore = memoryStateStore(), familiar: readonly string[] = [], clock = new TestClock()) {
  const isFamiliar = (ip: string): boolean => familiar.includes(ip);
  const list = new KeptOwnList({ state, clock, log: silentLog, isFamiliar, rules: () => rules });
  const isListed = async (ip: string): Promise<boolean> => (await list.find(ip))?.listedUntil !== undefined;
  return { list, clock, isListed };
}

async function all(entries: AsyncIterable<OwnListEntry>): Promise<readonly OwnListEntry[]> {
  const list: OwnListEntry[] = [];
  for await (const entry of entries) list.push(entry);
  return list;
}

describe('own list', () => {
  it('lists whoever wrote to traps twice, and says why and until when', async () => {
    const { list, isListed, clock } = seat();
    list.note('192.0.2.1', { trap: 1 });
    await list.flush();
    equal(await isListed('192.0.2.1'), false);
    clock.advance(60_000);
    list.note('192.0.2.1', { trap: 1 });
    list.note('192.0.2.1', { unknown: 4 });
    await list.flush();
    const entry = await list.find('192.0.2.1');
    deepEqual(entry?.counts, { trap: 2, blocked: 0, unknown: 4, reported: 0 });
    match(
      entry?.text ?? '',
      /^Caught here: mail to traps 2, unknown recipients 4; 2026-01-01 00:00 to 2026-01-01 00:01; until 2026-01-02 10:57 UTC$/,
    );
  });

  it('takes many unknown recipients or several refusals, never a few', async () => {
    const { list, isListed } = seat();
    list.note('192.0.2.1', { unknown: 19 });
    list.note('192.0.2.2', { unknown: 24 });
    list.note('192.0.2.3', { blocked: 4 });
    list.note('192.0.2.4', { blocked: 6 });
    await list.flush();
    deepEqual(await Promise.all(['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'].map(isListed)), [
      false,
      true,
      false,
      true,
    ]);
  });

  it('lets go when the evidence has halved often enough, however much it was', async () => {
    const { list, isListed, clock } = seat();
    list.note('192.0.2.1', { trap: 10_000 });
    await list.flush();
    clock.advance(6 * dayMs - 1);
    equal(await isListed('192.0.2.1'), true);
    clock.advance(10);
    equal(await isListed('192.0.2.1'), false);
    clock.advance(30 * dayMs);
    equal(await list.find('192.0.2.1'), undefined);
    deepEqual(await all(list.entries()), []);
  });

  it('does not list whoever brought wanted mail lately', async () => {
    const { list, isListed, clock } = seat();
    list.note('192.0.2.1', { unknown: 40 });
    list.note('192.0.2.1', { wanted: 1 });
    await list.flush();
    equal(await isListed('192.0.2.1'), false);
    clock.advance(3 * dayMs);
    list.note('192.0.2.1', { unknown: 40 });
    await list.flush();
    equal(await isListed('192.0.2.1'), true);
  });

  it('hears people: mail called spam weighs, and was no wanted mail after all', async () => {
    const { list, isListed } = seat();
    list.note('192.0.2.1', { unknown: 1 });
    list.note('192.0.2.1', { wanted: 3 });
    list.note('192.0.2.1', { reported: 9, wanted: -9 });
    await list.flush();
    equal(await isListed('192.0.2.1'), false);
    list.note('192.0.2.1', { reported: 1, wanted: -1 });
    await list.flush();
    equal(await isListed('192.0.2.1'), true);
  });

  it('keeps nothing of those of whom only good is known', async () => {
    const { list } = seat();
    list.note('192.0.2.1', { wanted: 3 });
    await list.flush();
    equal(await list.find('192.0.2.1'), undefined);
    deepEqual(await all(list.entries()), []);
  });

  it('never notes nor lists familiar clients and those inside', async () => {
    const state = memoryStateStore();
    const before = seat(state);
    for (const ip of ['192.0.2.1', '10.0.0.1', '127.0.0.1', 'fd00::1', 'nonsense']) before.list.note(ip, { trap: 9 });
    await before.list.flush();
    equal(await before.isListed('192.0.2.1'), true);
    const { list, isListed } = seat(state, ['192.0.2.1'], before.clock);
    for (const ip of ['192.0.2.1', '10.0.0.1', '127.0.0.1', 'fd00::1', 'nonsense'])
      equal(await isListed(ip), false, ip);
    deepEqual(await all(list.entries()), []);
  });

  it('knows IPv6 by the /64 that one customer has', async () => {
    const { list, isListed } = seat();
    list.note('2001:db8:1:2::5', { trap: 1 });
    list.note('2001:db8:1:2:a:b:c:d', { trap: 1 });
    await list.flush();
    equal(await isListed('2001:db8:1:2:ffff::'), true);
    equal(await isListed('2001:db8:1:3::'), false);
  });

  it('sums what two processes note', async () => {
    const state = memoryStateStore();
    const [one, two] = [seat(state), seat(state)];
    one.list.note('192.0.2.1', { trap: 1 });
    two.list.note('192.0.2.1', { trap: 1 });
    await Promise.all([one.list.flush(), two.list.flush()]);
    equal(await one.isListed('192.0.2.1'), true);
  });

  it('writes by itself within a second, and forgets on request', async () => {
    const { list, clock, isListed } = seat();
    list.note('192.0.2.1', { trap: 2 });
    clock.advance(1_000);
    await list.flush();
    equal(await isListed('192.0.2.1'), true);
    equal(await list.remove('192.0.2.1'), true);
    equal(await list.remove('192.0.2.1'), false);
    equal(await isListed('192.0.2.1'), false);
  });

  it('is exported for rbldnsd with its test entries, without those not listed', async () => {
    const { list, clock } = seat();
    list.note('192.0.2.1', { trap: 2 });
    list.note('192.0.2.2', { trap: 1 });
    list.note('2001:db8::1', { trap: 2 });
    await list.flush();
    let text = '';
    for await (const line of rbldnsdLines({
      entries: list.entries(),
      nameServer: 'mx.example.org',
      now: () => clock.now(),
    }))
      text += line;
    deepEqual(
      text.split('\n').map(line => line.replace(/:Caught.*/, ':…')),
      [
        '$TTL 300',
        `$SOA 300 mx.example.org hostmaster.mx.example.org ${clock.now() / 60_000} 3600 900 604800 60`,
        '$NS 300 mx.example.org',
        '$DATASET ip4set:addresses @',
        '127.0.0.2 :127.0.0.2:Test entry (RFC 5782)',
        '192.0.2.1 :127.0.0.2:…',
        '$DATASET ip6trie:networks @',
        '::ffff:7f00:2 :127.0.0.2:Test entry (RFC 5782)',
        '2001:db8::/64 :127.0.0.2:…',
        '',
      ],
    );
  });
});
