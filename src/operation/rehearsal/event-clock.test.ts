// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { EventClock } from './event-clock.ts';

describe('the clock of a play', () => {
  it('runs timers in the order of their instants, those of one instant in the order they were set', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(20), fc.boolean()), { maxLength: 60 }), async timers => {
        const clock = new EventClock();
        const ran: [number, number][] = [];
        const expected: [number, number][] = [];
        for (const [i, [waitMs, isTakenBack]] of timers.entries()) {
          const timer = clock.after(waitMs, () => ran.push([clock.monotonic(), i]));
          if (isTakenBack) timer.cancel();
          else expected.push([waitMs, i]);
        }
        await clock.runUntil(() => false);
        assert.deepEqual(
          ran,
          expected.sort(([a, i], [b, j]) => a - b || i - j),
        );
        assert.equal(clock.waiting, 0);
      }),
    );
  });

  it('lets promises come to their end before it goes on', async () => {
    const clock = new EventClock();
    const seen: string[] = [];
    clock.after(10, () => void chain(5).then(() => seen.push('promised')));
    clock.after(11, () => seen.push('timer'));
    await clock.runUntil(() => false);
    assert.deepEqual(seen, ['promised', 'timer']);
  });

  it('says whether the end came, or nothing was left to wait for', async () => {
    const clock = new EventClock();
    clock.after(5, () => {});
    assert.equal(await clock.runUntil(() => clock.monotonic() === 5), true);
    assert.equal(await clock.runUntil(() => false), false);
  });
});

async function chain(length: number): Promise<void> {
  if (length > 0) await chain(length - 1);
}
