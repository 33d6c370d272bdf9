// SPDX-License-Identifier: Apache-2.0
import { stateSuite } from './contract.suite.ts';
import { memoryStateStore, StateMemory } from './memory.ts';

stateSuite('state in memory', async () => {
  const memory = new StateMemory();
  return { store: memoryStateStore(memory), second: memoryStateStore(memory), close: async () => {} };
});
