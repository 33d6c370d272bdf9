// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { withoutCuts } from './delivered.ts';

describe('cuts', () => {
  it('leave out the same bytes however the message is cut into chunks', () => {
    const ascending = fc.array(fc.nat(40), { maxLength: 8 }).map(all => [...all].sort((a, b) => a - b));
    fc.assert(
      fc.property(ascending, ascending, (borders, splits) => {
        const message = Buffer.from(Array.from({ length: 40 }, (_, i) => i + 48));
        const cuts = Array.from({ length: borders.length >> 1 }, (_, i) => ({
          start: borders[2 * i]!,
          end: borders[2 * i + 1]!,
        }));
        const wanted = message.filter((_, i) => !cuts.some(cut => i >= cut.start && i < cut.end));
        const edges = [0, ...splits, 40];
        const pieces = edges.flatMap((from, i) => withoutCuts(message.subarray(from, edges[i + 1] ?? 40), from, cuts));
        assert.deepEqual(Buffer.concat(pieces), Buffer.from(wanted));
      }),
    );
  });
});
