// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isRevocation } from './contract.ts';
import { learningStoreSuite } from './contract.suite.ts';
import { memoryLearningStore } from './memory.ts';

learningStoreSuite('memory', () => {
  const store = memoryLearningStore();
  return { open: async () => store };
});

it('can do without the features, and knows the entries all the same', async () => {
  const store = memoryLearningStore({ keepsFeatures: false });
  const filter = { version: 1, features: Uint8Array.of(1, 2) };
  await store.append({ at: 1, by: 'x', source: 'import', label: 'spam', messageId: 'm', extractors: { filter } });
  const [entry] = await store.readFrom(1, 10);
  assert.ok(entry && !isRevocation(entry));
  assert.deepEqual([entry.extractors, (await store.find('m')).length], [{}, 1]);
});
