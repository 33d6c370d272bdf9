// SPDX-License-Identifier: Apache-2.0
/** The log stays near the size of what waits in it, whatever is settled when, and forgets nothing by that. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { TestClock } from '../../core/clock.ts';
import { seededRandom } from '../../core/random.ts';
import { systemFiles } from '../files.ts';
import type { Files } from '../files.ts';
import { CrashDisk } from './crash-disk.suite.ts';
import { entryFor, put } from './example.suite.ts';
import { openQueue } from './open.ts';

const segmentBytes = 10_000;

async function withFolder(work: (folder: string, clock: TestClock) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-clean-'));
  try {
    await work(folder, new TestClock());
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function logBytes(folder: string): Promise<number> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.log'));
  const sizes = await Promise.all(names.map(async name => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

describe('the log of a queue', () => {
  it('does not grow with mail that goes, though one message in ten stays for days', () =>
    withFolder(async (folder, clock) => {
      const options = { segmentBytes, cacheBytes: 0 };
      let { store } = await openQueue({ folder, clock, options });
      const stubborn: string[] = [];
      for (let i = 0; i < 600; i++) {
        const id = `m${String(i).padStart(4, '0')}`;
        await put(store, entryFor(id, ['bob', 'carol']), `body of ${id} ${'x'.repeat(400)}`);
        await store.done(id, 1, 'delivered');
        if (i % 10 === 0) await store.later(id, 0, clock.now() + i * 1_000, `busy ${i}`);
        else await store.done(id, 0, 'delivered');
        if (i % 10 === 0) stubborn.push(id);
        if (i === 300) {
          await store.close();
          store = (await openQueue({ folder, clock, options })).store;
        }
        // The oldest leave one day too.
        const leaving = i % 20 === 0 && stubborn.length > 12 ? stubborn.shift() : undefined;
        if (leaving !== undefined) await store.done(leaving, 0, 'at last');
      }
      const check = async () => {
        const listed = await store.list({ limit: 999 });
        assert.deepEqual(
          listed.map(message => message.id),
          stubborn,
        );
        for (const { id, progress } of listed) {
          const i = Number(id.slice(1));
          assert.deepEqual(progress, [
            { state: 'waiting', attempts: 1, nextAt: clock.now() + i * 1_000, lastReason: `busy ${i}` },
            { state: 'done', attempts: 1, nextAt: clock.now(), lastReason: 'delivered' },
          ]);
          assert.match(String(await store.read(id)), new RegExp(`body of ${id} x{400}$`));
        }
      };
      await check();
      await store.close();
      const live = stubborn.length * 1_400;
      assert.ok((await logBytes(folder)) < 2 * live + 4 * segmentBytes, `${await logBytes(folder)} bytes for ${live}`);
      store = (await openQueue({ folder, clock, options })).store;
      await check();
      await store.close();
    }));

  it('is empty when everything was delivered and it was closed', () =>
    withFolder(async (folder, clock) => {
      const { store } = await openQueue({ folder, clock, options: { segmentBytes } });
      for (let i = 0; i < 30; i++) await put(store, entryFor(`m${i}`, ['bob']), 'x'.repeat(1_000));
      await put(store, entryFor('large', ['bob']), Buffer.alloc(1_048_577));
      for (const { message } of await store.take(clock.now(), 99)) await store.done(message.id, 0, 'delivered');
      await store.close();
      assert.deepEqual([await logBytes(folder), await readdir(join(folder, 'large'))], [0, []]);
    }));

  it('begins a new segment when the next batch would not fit, and only then', () =>
    withFolder(async (folder, clock) => {
      const sizes: number[] = [];
      for (const limit of [1_000_000, 0, 1, -1]) {
        const inner = join(folder, String(limit));
        const whole = sizes[0] ?? 0;
        const { store } = await openQueue({
          folder: inner,
          clock,
          options: { segmentBytes: limit === 1_000_000 ? limit : whole + limit },
        });
        for (const id of ['a', 'b']) await put(store, entryFor(id, ['bob']));
        sizes.push(
          limit === 1_000_000
            ? await logBytes(inner)
            : (await readdir(inner)).filter(name => name.endsWith('.log')).length,
        );
        await store.close();
      }
      assert.deepEqual(sizes.slice(1), [1, 1, 2]);
    }));

  it('settles nothing twice when the power fails while segments are removed and copied', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      await withFolder(async (folder, clock) => {
        const disk = new CrashDisk();
        const random = seededRandom(seed * 104_729);
        const waiting = new Set<string>();
        let next = 0;
        for (let round = 0; round < 3; round++) {
          const { store } = await openQueue({
            folder,
            clock,
            files: disk.mount(),
            options: { segmentBytes: 3_000, cacheBytes: 0 },
          });
          assert.deepEqual(new Set((await store.list({ limit: 999 })).map(message => message.id)), waiting);
          for (let i = 0; i < 15; i++) {
            const id = `m${next++}`;
            await put(store, entryFor(id, ['bob']), 'x'.repeat(200));
            waiting.add(id);
            for (const one of waiting) {
              if (random.next() > 0.3) continue;
              await store.done(one, 0, 'delivered');
              waiting.delete(one);
            }
          }
          disk.crash(random);
          await store.close();
        }
      });
    }
  });

  it('does not copy a message that is settled while it is copied, nor bring it back', () =>
    withFolder(async (folder, clock) => {
      let onRead: (() => void) | undefined;
      let onWrite: (() => void) | undefined;
      const files: Files = {
        ...systemFiles,
        async read(fd, into, at) {
          const count = await systemFiles.read(fd, into, at);
          onRead?.();
          return count;
        },
        write(fd, buffers, at) {
          onWrite?.();
          return systemFiles.write(fd, buffers, at);
        },
      };
      const options = { segmentBytes: 2_000, cacheBytes: 0 };
      const { store } = await openQueue({ folder, clock, files, options });
      for (const id of ['a', 'b', 'c']) await put(store, entryFor(id, ['bob']));
      const settled: Promise<void>[] = [];
      // Reads are the cleaner's alone here: at its first, before it can have copied, `a` is delivered.
      onRead = () => {
        onRead = undefined;
        settled.push(store.done('a', 0, 'delivered before it was copied'));
        // The next write but the one under way has the copies of b and c in it.
        let writes = 0;
        onWrite = () => {
          if (++writes === 2) settled.push(store.done('b', 0, 'delivered while it was copied'));
        };
      };
      for (let i = 0; settled.length < 2 && i < 100; i++) {
        await put(store, entryFor(`m${i}`, ['bob']), 'x'.repeat(900));
        await store.done(`m${i}`, 0, 'delivered');
      }
      assert.equal(settled.length, 2);
      await Promise.all(settled);
      await store.close();
      assert.equal((await readdir(folder)).filter(name => name.endsWith('.log')).length, 1);
      const again = (await openQueue({ folder, clock, options })).store;
      assert.deepEqual(
        (await again.list({ limit: 9 })).map(message => message.id),
        ['c'],
      );
      await again.done('c', 0, 'delivered');
      await again.close();
      assert.equal((await readdir(folder)).filter(name => name.endsWith('.log')).length, 0);
    }));

  it('empties a segment that could not be written, since the disk may have harmed what it held', () =>
    withFolder(async (folder, clock) => {
      let isBroken = false;
      const files: Files = {
        ...systemFiles,
        sync: fd =>
          isBroken ? Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' })) : systemFiles.sync(fd),
      };
      const options = { cacheBytes: 0 };
      const { store } = await openQueue({ folder, clock, files, options });
      await put(store, entryFor('a', ['bob']), 'the body of a');
      isBroken = true;
      await assert.rejects(put(store, entryFor('b', ['bob'])));
      isBroken = false;
      await put(store, entryFor('c', ['bob']));
      await store.close();
      assert.deepEqual((await readdir(folder)).filter(name => name.endsWith('.log')).length, 1);
      const again = (await openQueue({ folder, clock, options })).store;
      assert.deepEqual(
        (await again.list({ limit: 9 })).map(message => message.id),
        ['a', 'c'],
      );
      assert.match(String(await again.read('a')), /the body of a$/);
      await again.close();
    }));

  it('leaves a message that cannot be read where it is, and what is around it too', () =>
    withFolder(async (folder, clock) => {
      const options = { segmentBytes: 2_000, cacheBytes: 0 };
      const { store } = await openQueue({ folder, clock, options });
      await put(store, entryFor('a', ['bob']), 'the body of a');
      const path = join(folder, '00000001.log');
      const bytes = await readFile(path);
      bytes[bytes.indexOf('the body of a')]! ^= 1;
      await writeFile(path, bytes);
      for (let i = 0; i < 40; i++) {
        await put(store, entryFor(`m${i}`, ['bob']), 'x'.repeat(900));
        await store.done(`m${i}`, 0, 'delivered');
      }
      assert.equal(store.counts().messages, 1);
      assert.equal(await store.remove('a'), true);
      await store.close();
      assert.deepEqual(
        (await readdir(folder)).filter(name => name.endsWith('.log')),
        [],
      );
    }));
});
