// SPDX-License-Identifier: Apache-2.0
import { directorySuite } from './contract.suite.ts';
import { memoryDirectoryStore, DirectoryMemory } from './memory.ts';

directorySuite('directory in memory', async () => {
  const memory = new DirectoryMemory();
  return { store: memoryDirectoryStore(memory), second: memoryDirectoryStore(memory), close: async () => {} };
});
