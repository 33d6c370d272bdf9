// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestClock } from '../../core/clock.ts';
import { queueSuite } from './contract.suite.ts';
import { openQueue } from './open.ts';

for (const [name, options] of [
  ['segment queue', {}],
  ['segment queue with tiny segments and no cache', { segmentBytes: 1_024, cacheBytes: 0 }],
] as const) {
  queueSuite(name, async () => {
    const clock = new TestClock();
    const folder = await mkdtemp(join(tmpdir(), 'sekisho-queue-'));
    const open = async () => (await openQueue({ folder: join(folder, '0'), clock, options })).store;
    let store = await open();
    return {
      clock,
      store,
      async reopen() {
        await store.close();
        return (store = await open());
      },
      async end() {
        await store.close();
        await rm(folder, { recursive: true });
      },
    };
  });
}
