// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryStateStore } from '../../store/state/memory.ts';
import { addExempt, listExempt, removeExempt } from './exempt-list.ts';
import { readEntry } from './exempt.ts';

const now = 1_000_000;

async function storeWith(...texts: readonly string[]) {
  const state = memoryStateStore();
  for (const text of texts) {
    const entry = readEntry('client', text);
    assert.ok(!('problem' in entry));
    await addExempt(state, entry, now);
  }
  return state;
}

describe('the exempt list', () => {
  it('reads an expression once, however often the list is asked for', async () => {
    const state = await storeWith('/^mx\\d+\\./', 'example.org');
    const first = await listExempt(state, now);
    assert.equal(first.length, 2);
    for (const entry of await listExempt(state, now)) assert.ok(first.includes(entry));
  });

  it('is as it stands in the store, whoever changed that', async () => {
    const state = await storeWith('example.org', 'example.net');
    await listExempt(state, now);
    await removeExempt(state, 'client', 'example.org', now);
    const after = await listExempt(state, now);
    assert.deepEqual(
      after.map(({ text }) => text),
      ['example.net'],
    );
  });
});
