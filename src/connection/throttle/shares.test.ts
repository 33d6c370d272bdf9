// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { clientAt } from '../../core/client.ts';
import type { Entered } from '../../net/crowd.ts';
import { processes, settled } from './throttle.suite.ts';
import type { Throttle } from './throttle.ts';

const eve = (i = 0) => clientAt('198.51.100.7', 1_000 + i);
const isIn = (entered: Entered): entered is { readonly leave: () => void } => 'leave' in entered;

/** So many at once, dealt to the processes in turn. */
async function rush(all: readonly Throttle[], count: number, ipOf = (i: number) => eve(i)) {
  const entered = await Promise.all(
    Array.from({ length: count }, async (_, i) => all[i % all.length]?.enter(ipOf(i)) ?? { leave() {} }),
  );
  return entered.filter(isIn);
}

describe('connections at a time over several processes', () => {
  it('lets in at least the limit, and at most one share a process more', async () => {
    const { all } = processes({ count: 4, perClient: 20 });
    const inside = await rush(all, 400);
    assert.ok(inside.length >= 20 && inside.length <= 24, `${inside.length}`);
  });

  it('lets one in for each who leaves', async () => {
    const { all, clock } = processes({ count: 4, perClient: 20 });
    const inside = await rush(all, 400);
    for (const one of inside.slice(0, 5)) one.leave();
    await settled();
    clock.advance(300);
    const more = await rush(all, 400);
    assert.ok(more.length >= 5 - 4 && inside.length - 5 + more.length <= 24, `${inside.length} ${more.length}`);
  });

  it('gives one process the whole limit when the others have nobody', async () => {
    const { all } = processes({ count: 4, perClient: 20 });
    assert.ok((await rush(all.slice(0, 1), 100)).length >= 20);
  });

  it('asks the store nothing for those who come in ones and twos', async () => {
    const { all, store } = processes({ count: 4, perClient: 50 });
    await rush(all, 400, i => clientAt(`198.51.${i}.1`, i));
    assert.equal(store.asked, 0);
  });

  it('says beforehand whether there is a place, and asks for one while nobody has to be sent away for it', async () => {
    const { all, clock, store } = processes({ count: 4, perClient: 20 });
    const [one] = all;
    assert.ok(one);
    let inside = 0;
    for (let i = 0; i < 200; i++) {
      if (one.hasPlace(eve(i))) {
        assert.ok(isIn(await one.enter(eve(i))));
        inside++;
      } else {
        await settled();
        clock.advance(50);
      }
    }
    assert.ok(inside >= 20 && inside <= 24, `${inside}`);
    store.is = 'silent';
    assert.equal(one.hasPlace(eve()), false);
  });

  it('gives back a share that was asked for beforehand, if nobody came for it', async () => {
    const { all, clock } = processes({ count: 4, perClient: 20 });
    const [one, ...others] = all;
    assert.ok(one);
    const [first] = await rush([one], 1);
    for (let i = 0; i < 40; i++) {
      one.hasPlace(eve());
      await settled();
      clock.advance(50);
    }
    first?.leave();
    for (let i = 0; i < 3; i++) {
      clock.advance(10_000);
      await settled();
    }
    assert.ok((await rush(others, 400)).length >= 20);
  });

  it('has the places of a killed process again within a minute, without cutting anybody', async () => {
    const { all, open, clock } = processes({ count: 4, perClient: 20 });
    const inside = await Promise.all(all.map(one => rush([one], 6)));
    const [killed, ...others] = all;
    assert.ok(killed);
    // Whatever it did by its timers it does no more; those who stay confirm theirs.
    Reflect.set(killed.state, 'ask', async () => undefined);
    for (let seconds = 0; seconds < 60; seconds += 5) {
      clock.advance(5_000);
      await settled();
    }
    const stayed = inside.slice(1).flat().length;
    const again = await rush([open('p0 again'), ...others], 400);
    assert.ok(stayed + again.length >= 20 && stayed + again.length <= 24, `${stayed} ${again.length}`);
  });

  it('keeps the places of those who stay for hours', async () => {
    const { all, clock } = processes({ count: 4, perClient: 20 });
    const inside = await rush(all, 400);
    for (let minutes = 0; minutes < 60; minutes++) {
      clock.advance(60_000);
      await settled();
    }
    assert.ok((await rush(all, 100)).length + inside.length <= 24);
  });

  it('has a share a process while the store is gone or never answers, and a part of the limit when that lasts', async () => {
    for (const is of ['gone', 'silent'] as const) {
      const { all, store, clock } = processes({ count: 4, perClient: 20 });
      store.is = is;
      const inside = await rush(all, 100);
      assert.equal(inside.length, 4);
      clock.advance(31_000);
      inside.push(...(await rush(all, 100)));
      assert.equal(inside.length, 20);
    }
  });

  it('gives a familiar network its part of the limit at once while the store is gone', async () => {
    const { all, store } = processes({ count: 4, perClient: 20, more: { isFamiliar: () => true } });
    store.is = 'gone';
    assert.equal((await rush(all, 400)).length, 200);
  });

  it('lets in no more than it may where the store fails in between', async () => {
    const { all, store, clock } = processes({ count: 4, perClient: 20 });
    const inside = await rush(all.slice(0, 2), 100);
    store.is = 'gone';
    for (let i = 0; i < 20; i++) {
      inside.push(...(await rush(all, 40)));
      clock.advance(1_000);
    }
    assert.ok(inside.length <= 24, `${inside.length}`);
  });

  it('is not overrun when the clock is set back an hour', async () => {
    const { all, clock } = processes({ count: 4, perClient: 20 });
    const inside = await rush(all, 400);
    clock.jump(-3_600_000);
    clock.advance(15_000);
    await settled();
    assert.ok(inside.length + (await rush(all, 400)).length <= 24);
  });

  it('never has more in than it may, whoever comes and goes (property)', async () => {
    const steps = fc.array(fc.record({ process: fc.nat(2), leaves: fc.boolean() }), { maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 12 }), async (all, limit) => {
        const world = processes({ count: 3, perClient: limit });
        const inside: { readonly leave: () => void }[] = [];
        for (const { process, leaves } of all) {
          if (leaves) inside.shift()?.leave();
          else {
            const entered = await world.all[process]?.enter(eve());
            if (entered && isIn(entered)) inside.push(entered);
          }
          assert.ok(inside.length <= limit + 3);
          world.clock.advance(300);
          await settled();
        }
        for (const one of inside) one.leave();
      }),
      { numRuns: 30 },
    );
  });

  it('counts a network over its addresses', async () => {
    const { one } = processes({ throttle: { connections: { network: 30 } } });
    const inside = await rush([one], 200, i => clientAt(`198.51.100.${i}`, i));
    assert.equal(inside.length, 30);
  });

  it('counts a provider over its networks where it is known', async () => {
    const { one } = processes({ throttle: { connections: { asn: 40 } }, more: { asnOf: () => 64_496 } });
    assert.equal((await rush([one], 200, i => clientAt(`198.51.${i}.1`, i))).length, 40);
  });

  it('gives familiar networks several times as much, and those inside and ours no limit', async () => {
    const { one } = processes({
      perClient: 5,
      relayFrom: ['203.0.113.0/24'],
      more: { isFamiliar: ip => ip.startsWith('192.0.2.') },
    });
    const count = async (ip: string) => (await rush([one], 200, i => clientAt(ip, i))).length;
    assert.deepEqual(
      await Promise.all(['198.51.100.1', '192.0.2.1', '127.0.0.1', '10.1.2.3', '203.0.113.9'].map(count)),
      [5, 50, 200, 200, 200],
    );
  });
});
