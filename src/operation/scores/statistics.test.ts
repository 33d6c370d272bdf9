// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { symbolStatistics } from './statistics.ts';

it('counts hits, the share of spam among labelled ones, and what is found together', () => {
  const messages = [
    { symbols: ['A', 'B', 'OTHER'], label: 'spam' },
    { symbols: ['A', 'A', 'B'], label: 'spam' },
    { symbols: ['A'], label: 'ham' },
    { symbols: ['A'] },
    { symbols: ['C'] },
  ] as const;
  const times = new Map([
    ['A', 1.5],
    ['IDLE', 40],
    ['QUICK', 0.2],
  ]);
  const [a, b, c, idle, ...more] = symbolStatistics(messages, symbol => symbol !== 'OTHER', times);
  assert.deepEqual(a, {
    symbol: 'A',
    hits: 4,
    spam: 2,
    ham: 1,
    spamShare: 2 / 3,
    overlap: [{ symbol: 'B', share: 0.5 }],
    micros: 1.5,
  });
  assert.deepEqual(b, { symbol: 'B', hits: 2, spam: 2, ham: 0, spamShare: 1, overlap: [{ symbol: 'A', share: 1 }] });
  assert.deepEqual(c, { symbol: 'C', hits: 1, spam: 0, ham: 0, overlap: [] });
  assert.deepEqual(idle, { symbol: 'IDLE', hits: 0, spam: 0, ham: 0, overlap: [], micros: 40 });
  assert.deepEqual(more, []);
});
