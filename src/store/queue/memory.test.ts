// SPDX-License-Identifier: Apache-2.0
import { TestClock } from '../../core/clock.ts';
import { queueSuite } from './contract.suite.ts';
import { MemoryDisk, openMemoryQueue } from './memory.ts';

queueSuite('memory queue', async () => {
  const clock = new TestClock();
  const disk = new MemoryDisk();
  let store = openMemoryQueue(clock, disk);
  return {
    clock,
    store,
    async reopen() {
      await store.close();
      return (store = openMemoryQueue(clock, disk));
    },
    end: () => store.close(),
  };
});
