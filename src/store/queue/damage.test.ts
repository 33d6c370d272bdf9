// SPDX-License-Identifier: Apache-2.0
/** Segments that were torn, damaged, written by strangers or by a later version: what can be read is delivered, the rest is told and kept. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { TestClock } from '../../core/clock.ts';
import type { QueueStore } from './contract.ts';
import { entryFor, isFault, put } from './example.suite.ts';
import { openQueue } from './open.ts';
import { encodeRecord, recordParts } from './record.ts';

const clock = new TestClock();

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-damage-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const open = (folder: string) => openQueue({ folder, clock, options: { cacheBytes: 0 } });
const idsOf = async (store: QueueStore) => (await store.list({ limit: 99 })).map(message => message.id);

/** A queue with messages a, b, c in one segment; where each record begins and the last ends. */
async function written(
  folder: string,
): Promise<{ readonly path: string; readonly bytes: Buffer; readonly at: readonly number[] }> {
  const { store } = await open(folder);
  const at: number[] = [];
  const path = join(folder, '00000001.log');
  for (const id of ['a', 'b', 'c']) {
    await put(store, entryFor(id, ['bob']), `body of ${id}`);
    at.push((await readFile(path)).length);
  }
  await store.close();
  const bytes = await readFile(path);
  return { path, bytes, at: [bytes.indexOf('SREC', 20), ...at] };
}

describe('a damaged segment', () => {
  it('torn at any byte keeps every whole record, says how much was cut off, and is not called damaged', () =>
    withFolder(async folder => {
      const { path, bytes, at } = await written(folder);
      const [, , b = 0, end = 0] = at;
      for (let length = end; length >= b - 3; length -= 7) {
        await writeFile(path, bytes.subarray(0, length));
        const { store, report } = await open(folder);
        const kept = length === end ? ['a', 'b', 'c'] : length >= b ? ['a', 'b'] : ['a'];
        assert.deepEqual(await idsOf(store), kept);
        const torn = length === end || length === b ? 0 : length - (length > b ? b : (at[1] ?? 0));
        assert.deepEqual(report.unread, torn === 0 ? [] : [{ segment: 1, bytes: torn, isDamaged: false }]);
        await store.close();
      }
    }));

  it('is read on behind the damage, told of, and put aside when it is done with', () =>
    withFolder(async folder => {
      const { path, bytes, at } = await written(folder);
      const [, a = 0, b = 0] = at;
      bytes[a + 40]! ^= 1;
      await writeFile(path, bytes);
      const { store, report } = await open(folder);
      assert.deepEqual(await idsOf(store), ['a', 'c']);
      assert.deepEqual(report.unread, [{ segment: 1, bytes: b - a, isDamaged: true }]);
      for (const id of ['a', 'c']) await store.done(id, 0, 'delivered');
      await store.close();
      assert.deepEqual((await readdir(folder)).sort(), ['00000001.damaged', 'large', 'lock']);
      const again = await open(folder);
      await put(again.store, entryFor('d', ['bob']));
      await again.store.close();
      assert.ok((await readdir(folder)).includes('00000002.log'));
      assert.deepEqual(await readFile(join(folder, '00000001.damaged')), bytes);
    }));

  it('with zeros behind its last record is whole, as far as anybody was promised', () =>
    withFolder(async folder => {
      const { path, bytes } = await written(folder);
      await writeFile(path, Buffer.concat([bytes, Buffer.alloc(5_000)]));
      const { store, report } = await open(folder);
      assert.deepEqual(await idsOf(store), ['a', 'b', 'c']);
      assert.deepEqual(report.unread, [{ segment: 1, bytes: 5_000, isDamaged: false }]);
      await store.close();
    }));

  it('does not take for a record what somebody mailed us', () =>
    withFolder(async folder => {
      const { store } = await open(folder);
      const forged = (salt: number) =>
        Buffer.concat(encodeRecord(recordParts('note', { note: { kind: 'remove', id: 'a' }, writtenAt: 0 }, []), salt));
      await put(store, entryFor('a', ['bob']));
      await put(store, entryFor('b', ['bob']), Buffer.concat([0, 1, 0xffffffff].map(forged)));
      await store.close();
      const path = join(folder, '00000001.log');
      const bytes = await readFile(path);
      bytes[bytes.lastIndexOf('attempt-of-b')]! ^= 1;
      await writeFile(path, bytes);
      const again = await open(folder);
      assert.deepEqual(await idsOf(again.store), ['a']);
      assert.equal(again.report.unread[0]?.isDamaged, true);
      await again.store.close();
    }));

  it('without its head, or not ours at all, is put aside and stops nobody', () =>
    withFolder(async folder => {
      const { path, bytes } = await written(folder);
      bytes[0]! ^= 1;
      await writeFile(path, bytes);
      await writeFile(join(folder, '00000002.log'), '');
      await writeFile(join(folder, '00000003.log'), Buffer.alloc(100));
      await writeFile(join(folder, 'notes.txt'), 'a stranger');
      const { store, report } = await open(folder);
      assert.deepEqual(await idsOf(store), []);
      assert.deepEqual(
        report.unread.map(part => [part.segment, part.bytes, part.isDamaged]),
        [
          [1, bytes.length, true],
          [3, 100, false],
        ],
      );
      await put(store, entryFor('d', ['bob']));
      await store.close();
      assert.deepEqual((await readdir(folder)).sort(), [
        '00000001.damaged',
        '00000004.log',
        'large',
        'lock',
        'notes.txt',
      ]);
    }));

  it('of a later version is refused in a sentence, and not touched', () =>
    withFolder(async folder => {
      const { path, bytes } = await written(folder);
      bytes.writeUInt32LE(2, 8);
      await writeFile(path, bytes);
      await assert.rejects(open(folder), isFault('store-newer'));
      assert.deepEqual(await readFile(path), bytes);
      bytes.writeUInt32LE(1, 8);
      await writeFile(path, bytes);
      await (await open(folder)).store.close();
    }));
});

describe('a damaged body', () => {
  it('is never delivered, neither from a segment nor from a file, and its message stays', () =>
    withFolder(async folder => {
      const { store } = await open(folder);
      await put(store, entryFor('a', ['bob']), 'small body');
      await put(store, entryFor('b', ['bob']), Buffer.alloc(1_048_577, 'large body'));
      const path = join(folder, '00000001.log');
      const bytes = await readFile(path);
      bytes[bytes.indexOf('small body')]! ^= 1;
      await writeFile(path, bytes);
      const [name = ''] = await readdir(join(folder, 'large'));
      const body = await readFile(join(folder, 'large', name));
      body[1_048_576]! ^= 1;
      await writeFile(join(folder, 'large', name), body);
      for (const id of ['a', 'b']) await assert.rejects(store.read(id), isFault('store-broken'));
      // What cannot be read is not handed out, but keeps its place for the operator.
      assert.deepEqual(
        (await store.take(clock.now(), 9)).map(due => due.message.id),
        ['b'],
      );
      assert.equal(store.counts().messages, 2);
      assert.equal(await store.remove('a'), true);
      await store.close();
    }));

  it('that is gone or cut short is told of at start', () =>
    withFolder(async folder => {
      for (const [harm, id] of [
        [(path: string) => truncate(path, 1_048_576), 'a'],
        [unlink, 'b'],
      ] as const) {
        const { store } = await open(folder);
        const before = new Set(await readdir(join(folder, 'large')));
        await put(store, entryFor(id, ['bob']), Buffer.alloc(1_048_577, 'large body'));
        for (const name of await readdir(join(folder, 'large')))
          if (!before.has(name)) await harm(join(folder, 'large', name));
        await store.close();
        const again = await open(folder);
        assert.ok(again.report.withoutBody.includes(id));
        await assert.rejects(again.store.read(id), isFault('store-broken'));
        await again.store.close();
      }
    }));

  it('that belongs to no message is removed at start', () =>
    withFolder(async folder => {
      await (await open(folder)).store.close();
      await writeFile(join(folder, 'large', 'left.body'), 'x');
      await writeFile(join(folder, 'large', 'stranger'), 'x');
      const { store, report } = await open(folder);
      assert.equal(report.leftOverBodies, 1);
      assert.deepEqual(await readdir(join(folder, 'large')), ['stranger']);
      await store.close();
    }));
});

describe('a queue folder', () => {
  it('belongs to one', () =>
    withFolder(async folder => {
      const { store } = await open(folder);
      await assert.rejects(open(folder), isFault('data-folder-taken'));
      await store.close();
      await (await open(folder)).store.close();
    }));

  it('that cannot be made is a fault, not a crash', () =>
    withFolder(async folder => {
      await writeFile(join(folder, 'file'), '');
      await assert.rejects(open(join(folder, 'file')), isFault('store-unreachable'));
    }));
});
