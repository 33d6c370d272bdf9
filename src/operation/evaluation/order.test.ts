// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { arrivalOf, shuffled } from './order.ts';

it('shuffles alike for the same seed and loses nothing', () => {
  const items = Array.from({ length: 100 }, (_, i) => i);
  assert.deepEqual(shuffled(items, 1), shuffled(items, 1));
  assert.notDeepEqual(shuffled(items, 1), shuffled(items, 2));
  assert.deepEqual(
    shuffled(items, 42).toSorted((a, b) => a - b),
    items,
  );
});

it('swaps from the end with the numbers of xorshift32', () => {
  // Seed 1 gives 270369 and 67634689 of 2^32, so 0 and 0: c ↔ a, then b ↔ c.
  assert.deepEqual(shuffled(['a', 'b', 'c'], 1), ['b', 'c', 'a']);
});

const received = 'Received: from a by b;\r\n\tTue, 06 Jan 2026 10:00:00 +0900 (JST)\r\n';
const older = 'Received: from c by a; Mon, 05 Jan 2026 10:00:00 +0900\r\n';
const mboxLine = 'From alice@example.org Wed Jan  7 12:00:00 2026 +0000\n';
const date = 'Date: Thu, 8 Jan 2026 00:00:00 GMT\n';

it('takes the topmost Received for the time of arrival', () => {
  assert.equal(arrivalOf(`${mboxLine}${received}${older}${date}\r\n`), Date.UTC(2026, 0, 6, 1));
});

it('takes the mbox line where no Received can be read, then Date, then nothing', () => {
  assert.equal(arrivalOf(`${mboxLine}Received: some day\n${date}\n`), Date.UTC(2026, 0, 7, 12));
  assert.equal(arrivalOf(`Subject: x\n${date}\n`), Date.UTC(2026, 0, 8));
  assert.equal(arrivalOf('Subject: x\n\nDate: Thu, 8 Jan 2026 00:00:00 GMT\n'), undefined);
});
