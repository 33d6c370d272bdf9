// SPDX-License-Identifier: Apache-2.0
import { sentSuite } from './contract.suite.ts';
import { memorySentStore, SentMemory } from './memory.ts';

sentSuite('sent in memory', async () => {
  const memory = new SentMemory();
  return { store: memorySentStore(memory), second: memorySentStore(memory), close: async () => {} };
});
