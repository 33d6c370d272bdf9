// SPDX-License-Identifier: Apache-2.0
import { recordSuite } from './contract.suite.ts';
import { memoryRecordStore, RecordMemory } from './memory.ts';

recordSuite('records in memory', async () => {
  const memory = new RecordMemory();
  return { store: memoryRecordStore(memory), second: memoryRecordStore(memory), close: async () => {} };
});
