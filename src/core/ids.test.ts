// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { TestClock } from './clock.ts';
import { idOf, newId, timeOf } from './ids.ts';
import { seededRandom } from './random.ts';

describe('an id', () => {
  it('says when it was given, and sorts by it', () => {
    const times = fc.integer({ min: 0, max: 32 ** 9 - 1 });
    fc.assert(
      fc.property(times, times, (a, b) => {
        const [first, second] = [idOf(a, new Uint8Array(7)), idOf(b, new Uint8Array(7))];
        assert.equal(timeOf(first), a);
        assert.equal(first < second, a < b);
      }),
    );
  });

  it('is of 16 signs whatever its chance', () => {
    fc.assert(
      fc.property(fc.integer(), seed => {
        const clock = new TestClock();
        assert.equal(timeOf(newId(clock, seededRandom(seed))), clock.now());
      }),
    );
  });

  it('is nothing else: no other length, no letters that are mistaken for numbers, no capitals', () => {
    const id = idOf(1, new Uint8Array(7));
    for (const other of ['', id.slice(1), `${id}0`, `${id.slice(1)}l`, `${id.slice(1)}A`, `${id.slice(1)}é`])
      assert.equal(timeOf(other), undefined);
  });
});
