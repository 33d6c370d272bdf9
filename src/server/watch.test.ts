// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configSchema } from '../config.ts';
import { TestClock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { memoryQuarantineStore } from '../store/quarantine/memory.ts';
import { memoryRecordStore } from '../store/records/memory.ts';
import { memorySentStore } from '../store/sent/memory.ts';
import { memoryStateStore } from '../store/state/memory.ts';
import { Watch } from './watch.ts';

const dayMs = 86_400_000;
const config = configSchema.parse({ retention: { records: '30d', sent: '60d' } });

async function openWorld({ lease = true } = {}) {
  const clock = new TestClock();
  const disk = { freePercent: 50 };
  const lines: string[] = [];
  const shifts: number[] = [];
  const note = (text: string): void => void lines.push(text);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const stores = {
    state: memoryStateStore(),
    records: memoryRecordStore(),
    quarantine: memoryQuarantineStore(),
    sent: memorySentStore(),
  };
  if (!lease) await stores.state.lease('keeping', 'another', dayMs, clock.now());
  const watch = new Watch({
    stores,
    queues: [{ shift: byMs => void shifts.push(byMs) }],
    clock,
    log,
    holder: '0',
    freePercent: async () => disk.freePercent,
    config: () => config,
  });
  await watch.start();
  /** Time passes, and what it began comes to its end. */
  const pass = async (ms: number): Promise<void> => {
    for (const end = clock.monotonic() + ms; clock.monotonic() < end;) {
      clock.advance(Math.min(5_000, end - clock.monotonic()));
      await new Promise(resolve => setImmediate(resolve));
    }
  };
  return { clock, disk, lines, shifts, stores, watch, pass };
}

describe('a wall clock that is moved', () => {
  it('is noticed over two seconds, and taken out of stored waits', async () => {
    const { clock, lines, shifts, pass } = await openWorld();
    clock.jump(2_001);
    await pass(5_000);
    clock.jump(-3_600_000);
    await pass(5_000);
    assert.deepEqual(
      [shifts, lines],
      [
        [2_001, -3_600_000],
        ['wall clock was moved', 'wall clock was moved'],
      ],
    );
  });

  it('is left alone up to two seconds', async () => {
    const { clock, shifts, pass } = await openWorld();
    clock.jump(2_000);
    await pass(5_000);
    clock.jump(-2_000);
    await pass(5_000);
    assert.deepEqual(shifts, []);
  });

  it('is not to be confused with a machine that was busy for a while', async () => {
    const { clock, shifts, pass } = await openWorld();
    clock.advance(60_000);
    await pass(5_000);
    assert.deepEqual(shifts, []);
  });
});

describe('a disk', () => {
  it('is low below five percent, and not at five', async () => {
    const { disk, lines, watch, pass } = await openWorld();
    const seen: boolean[] = [];
    for (const freePercent of [5, 4.99, 4, 5]) {
      disk.freePercent = freePercent;
      await pass(5_000);
      seen.push(watch.isDiskLow);
    }
    assert.deepEqual(seen, [false, true, true, false]);
    assert.deepEqual(lines, ['disk nearly full, no mail is taken', 'disk has room again']);
  });
});

describe('keeping', () => {
  it('removes what is older than it is to be kept, and nothing younger', async () => {
    const { clock, stores, pass } = await openWorld();
    const at = clock.now();
    stores.records.append('old', [{ at: at - 31 * dayMs, kind: 'connect' }]);
    stores.records.append('young', [{ at: at - 29 * dayMs, kind: 'connect' }]);
    const day = (ago: number): string => new Date(at - ago * dayMs).toISOString().slice(0, 10);
    stores.sent.append({ sender: 'a@example.jp', recipients: ['b@example.org'], messageId: '<1@x>', day: day(61) });
    stores.sent.append({ sender: 'a@example.jp', recipients: ['c@example.org'], messageId: '<2@x>', day: day(59) });
    await pass(60_000);
    assert.deepEqual(
      (await stores.records.search({ limit: 9 })).map(({ id }) => id),
      ['young'],
    );
    assert.deepEqual([await stores.sent.hasMessageId('<1@x>'), await stores.sent.hasMessageId('<2@x>')], [false, true]);
  });

  it('is left to the process that has the lease', async () => {
    const { clock, stores, pass } = await openWorld({ lease: false });
    stores.records.append('old', [{ at: clock.now() - 31 * dayMs, kind: 'connect' }]);
    await pass(60_000);
    assert.equal((await stores.records.search({ limit: 9 })).length, 1);
  });

  it('ends with the watch', async () => {
    const { clock, disk, watch, pass } = await openWorld();
    watch.close();
    disk.freePercent = 1;
    clock.jump(dayMs);
    await pass(60_000);
    assert.equal(watch.isDiskLow, false);
  });
});
