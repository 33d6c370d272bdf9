// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TestClock } from '../../core/clock.ts';
import { silentLog } from '../../core/log.ts';
import { memoryStateStore, StateMemory } from '../../store/state/memory.ts';
import { CarefulState } from './careful-state.ts';
import { Rates } from './rates.ts';

const minute = 60_000;

function world(count: number) {
  const clock = new TestClock();
  const memory = new StateMemory();
  const store = memoryStateStore(memory);
  let asked = 0;
  let isGone = false;
  const counted = {
    ...store,
    take: (...args: Parameters<typeof store.take>) => {
      asked++;
      return isGone ? Promise.reject(new Error('gone')) : store.take(...args);
    },
  };
  const all = Array.from({ length: count }, () => new Rates(new CarefulState(counted, clock, silentLog), clock, count));
  const pass = async (tries: number, limit: number, of = all) => {
    let passed = 0;
    for (let i = 0; i < tries; i++) {
      const taken = await of[i % of.length]?.take('x', 1, { limit, windowMs: minute });
      if (taken?.isEnough) passed++;
    }
    return passed;
  };
  return { clock, all, pass, asked: () => asked, lose: () => void (isGone = true) };
}

describe('Rates', () => {
  it('lets pass as many as the limit says, one process or several', async () => {
    for (const count of [1, 2, 4, 8]) {
      const { pass } = world(count);
      const passed = await pass(1_000, 200);
      assert.ok(passed > 200 * 0.9 && passed <= 200, `${count} processes: ${passed}`);
    }
  });

  it('gives one busy process more than its share', async () => {
    const { pass, all } = world(4);
    const passed = await pass(1_000, 200, all.slice(0, 1));
    assert.ok(passed >= 120 && passed <= 200, `${passed}`);
  });

  it('gives as many again with time, and a half in half the time', async () => {
    const { pass, clock } = world(4);
    await pass(1_000, 200);
    clock.advance(minute / 2);
    const half = await pass(1_000, 200);
    assert.ok(half >= 80 && half <= 120, `${half}`);
    clock.advance(10 * minute);
    assert.ok((await pass(1_000, 200)) >= 180);
  });

  it('asks the store nothing while the own share lasts, and seldom afterwards', async () => {
    const { pass, asked } = world(4);
    await pass(90, 200);
    assert.equal(asked(), 0);
    await pass(10_000, 200);
    assert.ok(asked() < 200, `${asked()}`);
  });

  it('says when there is enough again, and then there is', async () => {
    const { all, pass, clock } = world(1);
    await pass(100, 60);
    const refused = await all[0]?.take('x', 1, { limit: 60, windowMs: minute });
    assert.ok(refused && !refused.isEnough && refused.waitMs > 0 && refused.waitMs <= 1_000, JSON.stringify(refused));
    clock.advance(Math.ceil(refused.waitMs));
    assert.ok((await all[0]?.take('x', 1, { limit: 60, windowMs: minute }))?.isEnough);
  });

  it('lets pass the limit in each process while the store is gone', async () => {
    const { all, pass, lose } = world(4);
    lose();
    assert.equal(await pass(1_000, 200, all.slice(0, 1)), 200);
  });

  it('lets nobody wait longer when the clock is set back, and gives nothing away', async () => {
    const { pass, clock } = world(4);
    await pass(1_000, 200);
    clock.jump(-3_600_000);
    clock.advance(1_000);
    assert.ok((await pass(100, 200)) <= 8);
    clock.advance(minute);
    assert.ok((await pass(1_000, 200)) >= 180);
  });
});
