// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TestClock } from '../../core/clock.ts';
import { memoryStateStore } from '../../store/state/memory.ts';
import { attackFrom, attackOn, countBounce } from './attacks.ts';

const bob = 'bob@example.jp';

async function many(count: number) {
  const parts = { state: memoryStateStore(), clock: new TestClock() };
  const began: boolean[] = [];
  for (let i = 0; i < count; i++) began.push((await countBounce(bob, parts))?.isNew ?? false);
  return { parts, began };
}

describe('attacks', () => {
  it('are so many unexplained bounces to one address in an hour, and recognised once', async () => {
    const { parts, began } = await many(attackFrom + 5);
    deepEqual(began.filter(Boolean).length, 1);
    equal(began[attackFrom - 1], true);
    equal((await attackOn('Bob@example.jp', parts))?.bounces, attackFrom + 5);
    equal(await attackOn('carol@example.jp', parts), undefined);
  });

  it('are none below that, or over a longer time', async () => {
    equal(await many(attackFrom - 1).then(({ parts }) => attackOn(bob, parts)), undefined);
    const parts = { state: memoryStateStore(), clock: new TestClock() };
    for (let i = 0; i < 3 * attackFrom; i++) {
      equal(await countBounce(bob, parts), undefined);
      parts.clock.advance(200_000);
    }
  });

  it('are over two hours after the last', async () => {
    const { parts } = await many(attackFrom);
    parts.clock.advance(7_199_000);
    equal((await countBounce(bob, parts))?.isNew, false);
    parts.clock.advance(7_200_001);
    equal(await attackOn(bob, parts), undefined);
  });
});
