// SPDX-License-Identifier: Apache-2.0
import { quarantineSuite } from './contract.suite.ts';
import { memoryQuarantineStore, QuarantineMemory } from './memory.ts';

quarantineSuite('quarantine in memory', async () => {
  const memory = new QuarantineMemory();
  return { store: memoryQuarantineStore(memory), second: memoryQuarantineStore(memory), close: async () => {} };
});
