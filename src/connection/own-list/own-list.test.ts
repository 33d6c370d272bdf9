// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { TestClock } from '../../core/clock.ts';
import { silentLog } from '../../core/log.ts';
import type { OwnListEntry } from '../../core/own-list.ts';
import { memoryStateStore } from '../../store/state/memory.ts';
import type { StateStore } from '../../store/state/contract.ts';
import { listedSpan } from './evidence.ts';
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
  it('lists whoever wrote to a trap and was blocked by name, and says why and until when', async () => {
    const { list, isListed, clock } = seat();
    list.note('192.0.2.1', { trap: 1 });
    await list.flush();
    equal(await isListed('192.0.2.1'), false);
    clock.advance(60_000);
    list.note('192.0.2.1', { blocked: 3 });
    list.note('192.0.2.1', { unknown: 4 });
    await list.flush();
    const entry = await list.find('192.0.2.1');
    deepEqual(entry?.counts, { trap: 1, blocked: 3, unknown: 4, reported: 0, early: 0, judged: 0 });
    match(
      entry?.text ?? '',
      /^Caught here: mail to traps 1, blocked 3, unknown recipients 4; 2026-01-01 00:00 to 2026-01-01 00:01; until 2026-01-02 10:57 UTC$/,
    );
  });

  it('lists nobody for one kind of evidence, however much of it: whoever forwards mail, or was signed up by somebody else, is no spammer', async () => {
    const { list, isListed } = seat();
    const alone = [
      { unknown: 24 },
      { trap: 2 },
      { trap: 10_000, unknown: 10_000 },
      { blocked: 10_000 },
      { reported: 10_000 },
      { early: 10_000, judged: 10_000 },
    ];
    alone.forEach((news, i) => list.note(`192.0.2.${i}`, news));
    await list.flush();
    for (const [i, news] of alone.entries()) equal(await isListed(`192.0.2.${i}`), false, JSON.stringify(news));
  });

  it('takes many unknown recipients and something else that speaks against it, never a few', async () => {
    const { list, isListed } = seat();
    const cases = [
      { news: { unknown: 16, judged: 1 }, is: false },
      { news: { unknown: 16, judged: 2 }, is: true },
      { news: { unknown: 11, early: 4 }, is: false },
      { news: { unknown: 12, early: 4 }, is: true },
      { news: { unknown: 4, blocked: 3 }, is: false },
      { news: { unknown: 4, blocked: 4 }, is: true },
      { news: { trap: 1, judged: 3 }, is: false },
      { news: { trap: 1, judged: 4 }, is: true },
    ];
    cases.forEach(({ news }, i) => list.note(`192.0.2.${i}`, news));
    await list.flush();
    for (const [i, { news, is }] of cases.entries()) equal(await isListed(`192.0.2.${i}`), is, JSON.stringify(news));
  });

  it('lets go when the evidence has halved often enough, however much it was', async () => {
    const { list, isListed, clock } = seat();
    list.note('192.0.2.1', { trap: 10_000, reported: 10_000 });
    list.note('192.0.2.2', { trap: 10_000, blocked: 2 });
    await list.flush();
    // Of the traps their most is left; what the operator said was needed up to one point.
    clock.advance(3 * dayMs - 1);
    equal(await isListed('192.0.2.2'), true);
    clock.advance(10);
    equal(await isListed('192.0.2.2'), false);
    // Both came down to five sixteenths.
    clock.advance(3 * dayMs * (Math.log2(16 / 5) - 1) - 20);
    equal(await isListed('192.0.2.1'), true);
    clock.advance(20);
    equal(await isListed('192.0.2.1'), false);
    clock.advance(30 * dayMs);
    equal(await list.find('192.0.2.1'), undefined);
    deepEqual(await all(list.entries()), []);
  });

  it('is listed exactly as long as the points that each witness may give come to enough', () => {
    const most = { recipients: 4, operator: 4, people: 4, conduct: 2, filter: 2 };
    const point = fc.double({ min: 0, max: 20, noNaN: true });
    const points = fc.record({ recipients: point, operator: point, people: point, conduct: point, filter: point });
    fc.assert(
      fc.property(points, has => {
        const sumAt = (at: number): number =>
          Object.entries(most).reduce((sum, [name, top]) => {
            const of = new Map(Object.entries(has)).get(name) ?? 0;
            return sum + Math.min(top, of * 2 ** (-at / rules.halfLife));
          }, 0);
        const counts = { trap: 1, blocked: 0, unknown: 0, reported: 0, early: 0, judged: 0 };
        const span = listedSpan({ counts, first: 0, last: 0, points: has, wanted: 0, at: 0 }, rules);
        if (span === undefined) return sumAt(0) < rules.listAt;
        return sumAt(0) >= rules.listAt && Math.abs(sumAt(span.until) - rules.listAt) < 1e-6;
      }),
    );
  });

  it('begins anew where what was kept is of an older form', async () => {
    const state = memoryStateStore();
    const { list, clock, isListed } = seat(state);
    await state.set('caught/192.0.2.1', JSON.stringify([9, 0, 9, 0, 1, 1, 20, 0, 1]), dayMs, clock.now());
    equal(await isListed('192.0.2.1'), false);
    list.note('192.0.2.1', { trap: 2, blocked: 1 });
    await list.flush();
    equal(await isListed('192.0.2.1'), true);
  });

  it('does not list whoever brought wanted mail lately', async () => {
    const { list, isListed, clock } = seat();
    list.note('192.0.2.1', { unknown: 40, blocked: 4 });
    list.note('192.0.2.1', { wanted: 1 });
    await list.flush();
    equal(await isListed('192.0.2.1'), false);
    clock.advance(3 * dayMs);
    list.note('192.0.2.1', { unknown: 40, blocked: 4 });
    await list.flush();
    equal(await isListed('192.0.2.1'), true);
  });

  it('hears people: mail called spam weighs, and was no wanted mail after all', async () => {
    const { list, isListed } = seat();
    list.note('192.0.2.1', { unknown: 1 });
    list.note('192.0.2.1', { wanted: 3 });
    list.note('192.0.2.1', { reported: 7, wanted: -7 });
    await list.flush();
    equal(await isListed('192.0.2.1'), false);
    list.note('192.0.2.1', { unknown: 5, reported: 1, wanted: -1 });
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
    for (const ip of ['192.0.2.1', '10.0.0.1', '127.0.0.1', 'fd00::1', 'nonsense'])
      before.list.note(ip, { trap: 9, blocked: 9 });
    await before.list.flush();
    equal(await before.isListed('192.0.2.1'), true);
    const { list, isListed } = seat(state, ['192.0.2.1'], before.clock);
    for (const ip of ['192.0.2.1', '10.0.0.1', '127.0.0.1', 'fd00::1', 'nonsense'])
      equal(await isListed(ip), false, ip);
    deepEqual(await all(list.entries()), []);
  });

  it('knows IPv6 by the /64 that one customer has', async () => {
    const { list, isListed } = seat();
    list.note('2001:db8:1:2::5', { trap: 2 });
    list.note('2001:db8:1:2:a:b:c:d', { blocked: 1 });
    await list.flush();
    equal(await isListed('2001:db8:1:2:ffff::'), true);
    equal(await isListed('2001:db8:1:3::'), false);
  });

  it('sums what two processes note', async () => {
    const state = memoryStateStore();
    const [one, two] = [seat(state), seat(state)];
    one.list.note('192.0.2.1', { trap: 2 });
    two.list.note('192.0.2.1', { blocked: 1 });
    await Promise.all([one.list.flush(), two.list.flush()]);
    equal(await one.isListed('192.0.2.1'), true);
  });

  it('writes by itself within a second, and forgets on request', async () => {
    const { list, clock, isListed } = seat();
    list.note('192.0.2.1', { trap: 2, blocked: 1 });
    clock.advance(1_000);
    await list.flush();
    equal(await isListed('192.0.2.1'), true);
    equal(await list.remove('192.0.2.1'), true);
    equal(await list.remove('192.0.2.1'), false);
    equal(await isListed('192.0.2.1'), false);
  });

  it('is exported for rbldnsd with its test entries, without those not listed', async () => {
    const { list, clock } = seat();
    list.note('192.0.2.1', { trap: 2, blocked: 1 });
    list.note('192.0.2.2', { trap: 1 });
    list.note('2001:db8::1', { trap: 2, blocked: 1 });
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
