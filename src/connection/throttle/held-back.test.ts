// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TestClock } from '../../core/clock.ts';
import { silentLog } from '../../core/log.ts';
import { memoryStateStore } from '../../store/state/memory.ts';
import { CarefulState } from './careful-state.ts';
import { HeldBackList, listHeldBack, releaseHeldBack, type HeldBack } from './held-back.ts';
import type { Key } from './keys.ts';
import { settled } from './throttle.suite.ts';

const key: Key = { scope: 'address', value: '198.51.100.7' };

function world() {
  const clock = new TestClock();
  const store = memoryStateStore();
  const released: Key[] = [];
  const list = () => new HeldBackList(new CarefulState(store, clock, silentLog), clock, one => void released.push(one));
  const held = (more: Partial<HeldBack> = {}): HeldBack => ({
    ...key,
    limit: 'unknownRecipients',
    isBlocked: true,
    since: clock.now(),
    until: clock.now() + 3_600_000,
    count: 100,
    attempt: '01hx0000000000ab',
    ...more,
  });
  return { clock, store, list, held, released };
}

describe('HeldBackList', () => {
  it('knows at once whom it blocked, and within two seconds whom another process blocked', async () => {
    const { clock, list, held } = world();
    const [one, other] = [list(), list()];
    other.start();
    one.block(held());
    assert.equal(one.find([key])?.count, 100);
    await settled();
    clock.advance(2_000);
    await settled();
    assert.equal(other.find([key])?.attempt, '01hx0000000000ab');
    other.close();
  });

  it('ends a block at its time, whatever becomes of the wall clock', async () => {
    const { clock, list, held } = world();
    const one = list();
    one.block(held());
    await one.look();
    clock.jump(-7_200_000);
    clock.advance(3_599_000);
    await one.look();
    assert.ok(one.find([key]));
    clock.advance(1_000);
    assert.equal(one.find([key]), undefined);
    one.close();
  });

  it('lets go everywhere of whom a command lets go, with what was counted', async () => {
    const { clock, store, list, held, released } = world();
    const [one, other] = [list(), list()];
    one.block(held());
    one.note(held({ limit: 'bytesPerSecond', isBlocked: false }));
    await settled();
    await other.look();
    await store.count('throttle/errors/address/198.51.100.7', 9, 1e6, clock.now());
    assert.equal((await listHeldBack(store, clock.now())).length, 2);
    assert.equal((await releaseHeldBack(store, '198.51.100.7', clock.now())).length, 2);
    assert.equal((await releaseHeldBack(store, '198.51.100.7', clock.now())).length, 0);
    await Promise.all([one.look(), other.look()]);
    assert.equal(one.find([key]) ?? other.find([key]), undefined);
    assert.deepEqual(
      released.map(({ value }) => value),
      ['198.51.100.7', '198.51.100.7'],
    );
    assert.equal(await store.count('throttle/errors/address/198.51.100.7', 1, 1e6, clock.now()), 1);
    one.close();
    other.close();
  });

  it('reads over what another version wrote', async () => {
    const { clock, store } = world();
    await store.set('throttle/held/block/address/x', '{"odd":1}', 1e6, clock.now());
    assert.deepEqual(await listHeldBack(store, clock.now()), []);
  });

  it('lists thousands', async () => {
    const { clock, store, held } = world();
    for (let i = 0; i < 1_200; i++) {
      const one = held({ value: `198.51.${i >> 8}.${i & 255}` });
      await store.set(`throttle/held/block/address/${one.value}`, JSON.stringify(one), 1e6, clock.now());
    }
    assert.equal((await listHeldBack(store, clock.now())).length, 1_200);
  });
});
