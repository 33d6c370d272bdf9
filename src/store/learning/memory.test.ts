// SPDX-License-Identifier: Apache-2.0
import { learningStoreSuite } from './contract.suite.ts';
import { memoryLearningStore } from './memory.ts';

learningStoreSuite('memory', () => {
  const store = memoryLearningStore();
  return { open: async () => store };
});
