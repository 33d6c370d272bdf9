// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DueHeap } from './due.ts';

describe('due heap', () => {
  it('gives back what was pushed, earliest first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 })), instants => {
        const heap = new DueHeap<number>();
        for (const at of instants) heap.push(at, at);
        const popped: number[] = [];
        for (let next = heap.pop(); next; next = heap.pop()) popped.push(next.value);
        assert.deepEqual(
          popped,
          [...instants].sort((a, b) => a - b),
        );
        assert.equal(heap.size, 0);
      }),
    );
  });
});
