// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { TestClock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import { inlineWriter } from '../thread/writer.ts';
import { entryNamed, pieces, textOf } from './contract.suite.ts';
import { sqliteQuarantineStore } from './sqlite.ts';

async function opened(t: TestContext, folder: string, clock: TestClock) {
  const writer = inlineWriter(clock);
  const store = await sqliteQuarantineStore(
    { index: join(folder, 'quarantine.db'), folder: join(folder, 'quarantine') },
    writer,
    clock,
  );
  t.after(async () => {
    await store.close();
    await writer.close();
  });
  return store;
}
function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-quarantine-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

it('keeps each message in a file of its own that only we can read', async t => {
  const folder = folderOf(t);
  const clock = new TestClock();
  await (await opened(t, folder, clock)).put(entryNamed('0abcdefgh1234xyz-12', clock.now()), pieces('text'));
  const path = join(folder, 'quarantine', 'yz', '0abcdefgh1234xyz-12.eml');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(folder, 'quarantine', 'yz')), ['0abcdefgh1234xyz-12.eml']);
});

it('removes what a kill left behind, but nothing younger than an hour and nothing that has an entry', async t => {
  const folder = folderOf(t);
  const clock = new TestClock();
  const first = await opened(t, folder, clock);
  await first.put(entryNamed('aa', clock.now()), pieces('kept'));
  const shard = join(folder, 'quarantine', 'aa');
  mkdirSync(shard, { recursive: true });
  const names = [
    'aa.eml',
    'baa.eml',
    'caa.eml',
    `aa.${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}.tmp`,
    'stranger.txt',
  ];
  for (const [i, name] of names.entries()) {
    if (i > 0) writeFileSync(join(shard, name), 'x');
    const at = (clock.now() - (name === 'caa.eml' ? 3_600_000 : 3_600_001)) / 1_000;
    utimesSync(join(shard, name), at, at);
  }
  const again = await opened(t, folder, clock);
  assert.deepEqual(readdirSync(shard).sort(), ['aa.eml', 'caa.eml', 'stranger.txt']);
  assert.equal(await textOf(again.open('aa')), 'kept');
});

it('says so when the bytes of an entry are gone', async t => {
  const folder = folderOf(t);
  const clock = new TestClock();
  const store = await opened(t, folder, clock);
  await store.put(entryNamed('aa', clock.now()), pieces('x'));
  rmSync(join(folder, 'quarantine', 'aa', 'aa.eml'));
  await assert.rejects(
    textOf(store.open('aa')),
    (error: unknown) => error instanceof Fault && error.code === 'store-broken',
  );
  assert.equal(await store.remove('aa'), true);
});

it('leaves no entry and no half file when the disk refuses', async t => {
  const folder = folderOf(t);
  const clock = new TestClock();
  const store = await opened(t, folder, clock);
  // A file where the folder should be: whatever the user may do, it cannot be written into.
  mkdirSync(join(folder, 'quarantine'), { recursive: true });
  writeFileSync(join(folder, 'quarantine', 'aa'), '');
  await assert.rejects(
    store.put(entryNamed('aa', clock.now()), pieces('x')),
    (error: unknown) => error instanceof Fault && error.code === 'store-unreachable' && error.temporary,
  );
  assert.equal(await store.get('aa'), undefined);
  assert.equal(existsSync(join(folder, 'quarantine', 'aa', 'aa.eml')), false);
});
