// SPDX-License-Identifier: Apache-2.0
/** The queue on a disk that refuses, is full, writes little at a time, or loses power: promises hold, refusals hold, and it heals. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { TestClock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import { seededRandom } from '../../core/random.ts';
import { CrashDisk } from './crash-disk.suite.ts';
import type { Call, Failure } from './crash-disk.suite.ts';
import type { QueueStore } from './contract.ts';
import { entryFor, isFault, put } from './example.suite.ts';
import { openQueue } from './open.ts';
import { Promises } from './promises.suite.ts';
import { bodyOf } from './putter.suite.ts';

const clock = new TestClock();
const bare = { prefix: Buffer.alloc(0) };

/** A crash disk, and a real folder for the lock alone. */
async function withDisk(work: (disk: CrashDisk, open: () => Promise<QueueStore>, folder: string) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-disk-'));
  const disk = new CrashDisk();
  const opened: QueueStore[] = [];
  const open = async () => {
    // The one before is dead as far as its disk knows; here it still has to let the lock go.
    for (const store of opened.splice(0)) await store.close();
    const { store } = await openQueue({
      folder,
      clock,
      files: disk.mount(),
      options: { segmentBytes: 20_000, cacheBytes: 0 },
    });
    opened.push(store);
    return store;
  };
  try {
    await work(disk, open, folder);
  } finally {
    for (const store of opened) await store.close();
    await rm(folder, { recursive: true });
  }
}

/** Puts `count` messages from `first` on, `abreast` at a time, delivering every second; what was promised. */
async function load(store: QueueStore, promises: Promises, first: number, count: number, abreast = 4): Promise<void> {
  for (let at = first; at < first + count; at += abreast) {
    await Promise.all(Array.from({ length: abreast }, (_, i) => one(`m${at + i}`, (at + i) % 2 === 0)));
  }

  async function one(id: string, isDelivered: boolean): Promise<void> {
    try {
      await put(store, entryFor(id, ['bob'], bare), bodyOf(id));
      promises.hear(`ok ${id}`);
      if (!isDelivered) return;
      promises.hear(`try ${id}`);
      await store.done(id, 0, 'delivered');
      promises.hear(`done ${id}`);
    } catch (error) {
      assert.ok(error instanceof Fault && error.temporary, String(error));
      if (!promises.hasPromised(id)) promises.hear(`no ${id}`);
    }
  }
}

describe('segment queue on a disk that refuses', () => {
  for (const [call, code] of [
    ['write', 'EIO'],
    ['write', 'ENOSPC'],
    ['sync', 'EIO'],
    ['sync', 'ENOSPC'],
    ['create', 'ENOSPC'],
    ['syncFolder', 'EIO'],
    ['truncate', 'EIO'],
    ['remove', 'EIO'],
  ] as const satisfies readonly (readonly [Call, string])[]) {
    for (const ending of ['orderly', 'killed', 'without power'] as const) {
      it(`keeps what it promised and nothing it refused: ${code} at the n-th ${call}, then ${ending}`, async () => {
        for (let n = 1; n <= 12; n++) {
          await withDisk(async (disk, open) => {
            const promises = new Promises();
            let store = await open();
            disk.calls.clear();
            disk.fail = (made, number) => (made === call && number === n ? { code } : undefined);
            await load(store, promises, 0, 24);
            // It has healed: what is asked after the one error is promised and kept.
            disk.fail = () => undefined;
            await load(store, promises, 24, 8);
            assert.ok(promises.kept >= 8);
            if (ending === 'killed') disk.kill();
            if (ending === 'without power') disk.crash(seededRandom(n));
            store = await open();
            await promises.check(store, bodyOf);
          });
        }
      });
    }
  }

  for (const [wall, broken] of [
    ['the cut in the next segment, when the file itself cannot be cut', ['sync', 'truncate']],
    ['the cut in the file itself, when no further segment can be begun', ['sync', 'create']],
  ] as const satisfies readonly (readonly [string, readonly Call[]])[]) {
    it(`does not deliver what it refused, by ${wall}`, () =>
      withDisk(async (disk, open) => {
        const store = await open();
        await put(store, entryFor('kept', ['bob']));
        let isOver = false;
        disk.fail = call => {
          const isBroken = broken.some(one => one === call) && !(isOver && call === 'sync');
          isOver ||= call === 'sync';
          return isBroken ? { code: 'EIO' } : undefined;
        };
        await assert.rejects(put(store, entryFor('refused', ['bob'])), isFault('store-unreachable'));
        disk.kill();
        assert.deepEqual(
          (await (await open()).list({ limit: 9 })).map(one => one.id),
          ['kept'],
        );
      }));
  }

  it('does not deliver what it refused when the power fails before the file was cut off on the disk', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      await withDisk(async (disk, open) => {
        const store = await open();
        await put(store, entryFor('kept', ['bob']));
        const syncs = disk.calls.get('sync') ?? 0;
        disk.fail = (call, number) => (call === 'sync' && number === syncs + 1 ? { code: 'EIO' } : undefined);
        await assert.rejects(put(store, entryFor('refused', ['bob'])), isFault('store-unreachable'));
        disk.crash(seededRandom(seed));
        assert.deepEqual(
          (await (await open()).list({ limit: 9 })).map(one => one.id),
          ['kept'],
        );
      });
    }
  });

  it('says that the disk is full, and that it is unreachable', () =>
    withDisk(async (disk, open) => {
      const store = await open();
      for (const [code, fault] of [
        ['ENOSPC', 'disk-full'],
        ['EDQUOT', 'disk-full'],
        ['EFBIG', 'disk-full'],
        ['EIO', 'store-unreachable'],
        ['EROFS', 'store-unreachable'],
      ] as const) {
        disk.fail = call => (call === 'write' || call === 'create' ? { code } : undefined);
        await assert.rejects(put(store, entryFor(`a${code}`, ['bob'])), isFault(fault));
        await assert.rejects(put(store, entryFor(`b${code}`, ['bob']), Buffer.alloc(1_048_577)), isFault(fault));
      }
      disk.fail = () => undefined;
      await put(store, entryFor('c', ['bob']));
      assert.deepEqual(
        (await store.list({ limit: 9 })).map(one => one.id),
        ['c'],
      );
    }));

  it('refuses every put while nothing works, and accepts again when it does', () =>
    withDisk(async (disk, open) => {
      const store = await open();
      const promises = new Promises();
      await load(store, promises, 0, 8);
      disk.fail = () => ({ code: 'EIO' });
      await load(store, promises, 8, 8);
      assert.equal(promises.refused, 8);
      disk.fail = () => undefined;
      await load(store, promises, 16, 8);
      assert.equal(promises.refused, 8);
      disk.kill();
      await promises.check(await open(), bodyOf);
    }));

  it('remembers what became of a message while it could not be written, and writes it first when it can', () =>
    withDisk(async (disk, open) => {
      const store = await open();
      await put(store, entryFor('a', ['bob', 'carol']));
      await put(store, entryFor('b', ['bob']));
      disk.fail = () => ({ code: 'ENOSPC' });
      await assert.rejects(store.done('a', 1, 'delivered'), isFault('disk-full'));
      await assert.rejects(store.done('b', 0, 'delivered'), isFault('disk-full'));
      void store.later('a', 0, clock.now() + 5, 'nobody waits to hear that this was not durable');
      disk.fail = () => undefined;
      await put(store, entryFor('c', ['bob']));
      disk.crash(seededRandom(1));
      const again = await open();
      assert.deepEqual(
        (await again.list({ limit: 9 })).map(one => [one.id, ...one.progress.map(it => it.state)]),
        [
          ['a', 'waiting', 'done'],
          ['c', 'waiting'],
        ],
      );
      assert.equal((await again.get('a'))?.progress[0]?.nextAt, clock.now() + 5);
    }));

  it('writes on where the disk took only a part', () =>
    withDisk(async (disk, open) => {
      const store = await open();
      const promises = new Promises();
      disk.fail = (call, number): Failure | undefined =>
        call === 'write' ? { short: 1 + ((number * 37) % 700) } : undefined;
      await load(store, promises, 0, 8);
      assert.equal(promises.refused, 0);
      disk.fail = call => (call === 'write' ? { short: 0 } : undefined);
      await assert.rejects(put(store, entryFor('x', ['bob'])), isFault('store-unreachable'));
      disk.crash(seededRandom(2));
      await promises.check(await open(), bodyOf);
    }));

  it('has what it promised after the power failed at any moment', async () => {
    for (let seed = 1; seed <= 120; seed++) {
      await withDisk(async (disk, open) => {
        const random = seededRandom(seed * 7_919);
        const promises = new Promises();
        for (let round = 0; round < 3; round++) {
          const store = await open();
          const at = Math.floor(random.next() * 60);
          let calls = 0;
          // From some call on nothing reaches the disk, as if the plug were pulled there; what is then said to the process counts for nothing.
          disk.fail = () => (++calls > at ? { code: 'EIO' } : undefined);
          await load(store, promises, round * 100, 16, 1 + Math.floor(random.next() * 6));
          promises.forgetRefusals();
          disk.crash(random);
          await promises.check(await open(), bodyOf);
        }
      });
    }
  });
});
