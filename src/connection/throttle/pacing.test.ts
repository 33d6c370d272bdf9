// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clientAt } from '../../core/client.ts';
import type { Pace } from '../../net/pace.ts';
import { processes, settled } from './throttle.suite.ts';

const kB = 1_000;
const eve = clientAt('198.51.100.7', 1);

/** A socket that always has more: reads chunks as fast as it may. */
function greedy(pace: Pace | undefined, chunk = 16 * kB) {
  let bytes = 0;
  const read = (): void => {
    for (;;) {
      bytes += chunk;
      if (!pace || pace.take(chunk, read) || bytes > 1e9) {
        if (bytes > 1e9 || !pace) return;
        continue;
      }
      return;
    }
  };
  read();
  return { bytes: () => bytes, pace };
}

const options = (connection: string, address: string, floor = '1kB') => ({
  bytesPerSecond: { connection, address, floor },
});

describe('pacing', () => {
  it('reads from a connection as fast as it may and no faster, a second in advance', async () => {
    const { one, clock } = processes({ throttle: options('100kB', '0B') });
    const reader = greedy(one.pacer.open(eve));
    clock.advance(60_000);
    assert.ok(Math.abs(reader.bytes() - 6_100 * kB) <= 32 * kB, `${reader.bytes()}`);
    const slowed = reader.pace?.slowed();
    assert.equal(slowed?.bytesPerSecond, 100 * kB);
    assert.equal(slowed.bytes, reader.bytes());
    assert.ok(Math.abs(slowed.tookMs - 60_000) < 300, `${slowed.tookMs}`);
    assert.ok(slowed.waitedMs > 58_000 && slowed.waitedMs <= slowed.tookMs);
  });

  it('shares the rate of an address among its connections, and leaves others alone', async () => {
    const { one, clock } = processes({ throttle: options('0B', '100kB') });
    const readers = Array.from({ length: 4 }, () => greedy(one.pacer.open(eve)));
    const other = one.pacer.open(clientAt('198.51.100.8', 1));
    clock.advance(60_000);
    const all = readers.reduce((sum, reader) => sum + reader.bytes(), 0);
    assert.ok(Math.abs(all - 6_100 * kB) <= 80 * kB, `${all}`);
    assert.ok(other?.take(50 * kB, () => {}));
  });

  it('shares the rate of an address among processes, and gives it all to one alone', async () => {
    const { all, clock } = processes({ count: 4, throttle: options('0B', '100kB') });
    const two = all.slice(0, 2).map(each => greedy(each.pacer.open(eve)));
    for (let i = 0; i < 1_200; i++) {
      clock.advance(100);
      await settled();
    }
    const sum = two.reduce((bytes, reader) => bytes + reader.bytes(), 0);
    assert.ok(sum > 11_000 * kB && sum < 12_600 * kB, `${sum}`);
    two[0]?.pace?.end();
    const before = two[1]?.bytes() ?? 0;
    for (let i = 0; i < 600; i++) {
      clock.advance(100);
      await settled();
    }
    const alone = (two[1]?.bytes() ?? 0) - before;
    assert.ok(alone > 5_500 * kB && alone < 6_200 * kB, `${alone}`);
  });

  it('knows that connections which keep to it in each process bring too much in all', async () => {
    const { all, clock } = processes({ count: 4, throttle: options('80kB', '100kB') });
    const four = all.map(each => greedy(each.pacer.open(eve), 4 * kB));
    for (let i = 0; i < 1_200; i++) {
      clock.advance(100);
      await settled();
    }
    const sum = four.reduce((bytes, reader) => bytes + reader.bytes(), 0);
    assert.ok(sum > 11_500 * kB && sum < 13_000 * kB, `${sum}`);
  });

  it('reads from every connection at the floor at least', async () => {
    const { one, clock } = processes({ throttle: options('0B', '10kB', '2kB') });
    const readers = Array.from({ length: 50 }, () => greedy(one.pacer.open(eve), kB));
    clock.advance(60_000);
    for (const reader of readers) assert.ok(reader.bytes() >= 118 * kB, `${reader.bytes()}`);
  });

  it('holds back nobody who keeps to it, and those inside never', async () => {
    const { one, clock } = processes({ throttle: options('100kB', '200kB') });
    const pace = one.pacer.open(eve);
    for (let i = 0; i < 600; i++) {
      assert.ok(pace?.take(9 * kB, () => {}));
      clock.advance(100);
    }
    assert.equal(pace?.slowed(), undefined);
    assert.equal(one.pacer.open(clientAt('127.0.0.1', 1)), undefined);
  });

  it('resumes nothing after the end', async () => {
    const { one, clock } = processes({ throttle: options('1kB', '0B') });
    const pace = one.pacer.open(eve);
    pace?.take(50 * kB, () => assert.fail('resumed'));
    pace?.end();
    clock.advance(600_000);
  });
});
