// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { TestClock } from '../core/clock.ts';
import { Fault } from '../core/faults.ts';
import { backup, restore } from './backup.ts';
import { openDataFolder, type DataFolder } from './folder.ts';
import { holdLock } from './lock.ts';
import { entryNamed, pieces, textOf } from './quarantine/contract.suite.ts';
import { sqliteQuarantineStore } from './quarantine/sqlite.ts';
import { openQueue } from './queue/open.ts';
import { entryFor, put } from './queue/example.suite.ts';
import { sqliteStateStore } from './state/sqlite.ts';
import { inlineWriter } from './thread/writer.ts';

const clock = new TestClock();
const fault =
  (code: string, words = /./) =>
  (error: unknown) =>
    error instanceof Fault && error.code === code && words.test(error.detail);

function folders(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'sekisho-backup-'));
  t.after(() => rmSync(root, { recursive: true }));
  return { root, data: join(root, 'data'), target: join(root, 'copy'), again: join(root, 'again') };
}
function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
async function stores(t: TestContext, place: DataFolder) {
  const writer = inlineWriter(clock);
  const state = await sqliteStateStore(place.state, writer);
  const quarantine = await sqliteQuarantineStore(place.quarantine, writer, clock);
  const { store: queue } = await openQueue({ folder: join(place.queue, '0'), clock });
  t.after(async () => {
    for (const one of [state, quarantine, queue, writer]) await one.close();
  });
  return { state, quarantine, queue };
}

it('brings back every store as it was, from a copy made while they were in use', async t => {
  const { data, target, again } = folders(t);
  const lock = await holdLock(join((await openDataFolder(data)).path, 'lock'));
  t.after(() => lock?.release());
  const { state, quarantine, queue } = await stores(t, await openDataFolder(data));
  await state.set('a', 'one', 1e9, clock.now());
  await quarantine.put(entryNamed('aa', clock.now()), pieces('held'));
  await put(queue, entryFor('q1', ['bob']), 'small');
  await put(queue, entryFor('q2', ['bob', 'carol']), 'large '.repeat(400_000));
  write(join(data, 'mail', 'example.org', 'bob', 'new', '1.mail'), 'mail');
  const made = await backup(data, target, { clock });
  await state.set('a', 'two', 1e9, clock.now());
  await queue.remove('q1');
  const restored = await restore(target, again);
  assert.deepEqual(restored, made);
  const after = await stores(t, await openDataFolder(again));
  assert.equal(await after.state.get('a', clock.now()), 'one');
  assert.equal(await textOf(after.quarantine.open('aa')), 'held');
  assert.deepEqual(
    (await after.queue.list({ limit: 9 })).map(one => [one.id, one.sizeBytes]),
    [
      ['q1', 5],
      ['q2', 2_400_000],
    ],
  );
  assert.equal((await after.queue.read('q2')).toString().endsWith('large '), true);
  assert.equal(readFileSync(join(again, 'mail', 'example.org', 'bob', 'new', '1.mail'), 'utf8'), 'mail');
});

it('has in its copy every message that was accepted before it began, though the queue goes on', async t => {
  const { data, target, again } = folders(t);
  const { queue, quarantine } = await stores(t, await openDataFolder(data));
  const before = Array.from({ length: 60 }, (_, i) => `q${String(i).padStart(2, '0')}`);
  for (const id of before) await put(queue, entryFor(id, ['bob']), 'x'.repeat(2_000));
  let isBusy = true;
  // What the server does meanwhile: messages leave the queue for the quarantine, and others come.
  const busy = (async () => {
    for (let i = 0; isBusy; i += 1) {
      const id = before[i];
      if (id !== undefined) {
        await quarantine.put(entryNamed(`${id}-0`, clock.now()), pieces('x'));
        await queue.remove(id);
      }
      await put(queue, entryFor(`new${i}`, ['bob']), 'y'.repeat(500));
    }
  })();
  await backup(data, target, { clock });
  isBusy = false;
  await busy;
  await restore(target, again);
  const after = await stores(t, await openDataFolder(again));
  const queued = new Set((await after.queue.list({ limit: 100_000 })).map(one => one.id));
  const held = new Set((await after.quarantine.list({ limit: 1_000 })).map(one => one.id));
  assert.deepEqual(
    before.filter(id => !queued.has(id) && !held.has(`${id}-0`)),
    [],
  );
  for (const id of held) assert.equal(await textOf(after.quarantine.open(id)), 'x');
});

it('does not run after mail that comes while it copies', async t => {
  const { data, target } = folders(t);
  await openDataFolder(data);
  const box = join('mail', 'example.org', 'bob', 'new');
  let isBusy = true;
  const arrive = (i: number): void => {
    write(join(data, box, `${i}.mail`), 'mail');
    utimesSync(join(data, box, `${i}.mail`), 4e9, 4e9);
  };
  arrive(0);
  // The next one comes when the one before was copied.
  const busy = (async () => {
    for (let i = 0; isBusy; await new Promise(resolve => setImmediate(resolve)))
      if (existsSync(join(target, box, `${i}.mail`))) arrive(++i);
  })();
  await backup(data, target, { clock });
  isBusy = false;
  await busy;
  assert.deepEqual(readdirSync(join(target, box)), ['0.mail']);
});

it('keeps times and keeps others out, follows links once, and leaves out locks', async t => {
  const { root, data, target, again } = folders(t);
  await openDataFolder(data);
  write(join(root, 'disk', 'x'), 'elsewhere');
  symlinkSync(join(root, 'disk'), join(data, 'mail'));
  symlinkSync(data, join(root, 'disk', 'back'));
  write(join(data, 'tls.pem'), 'secret');
  utimesSync(join(data, 'tls.pem'), 1_000, 1_000);
  write(join(data, 'queue', '0', 'lock'), '');
  await backup(data, target, { clock });
  await restore(target, again);
  assert.deepEqual(readdirSync(again).sort(), ['mail', 'tls.pem']);
  assert.equal(readFileSync(join(again, 'mail', 'x'), 'utf8'), 'elsewhere');
  const { mode, mtimeMs } = statSync(join(again, 'tls.pem'));
  assert.deepEqual([mode & 0o777, mtimeMs], [0o600, 1_000_000]);
  assert.equal(statSync(again).mode & 0o777, 0o700);
});

it('restores nothing that is not what was backed up, and leaves no folder a server would start on', async t => {
  const { data, target, again } = folders(t);
  await openDataFolder(data);
  write(join(data, 'a'), 'text');
  await backup(data, target, { clock });
  appendFileSync(join(target, 'a'), '!');
  await assert.rejects(restore(target, again), fault('store-broken', /is not what was backed up/));
  await assert.rejects(openDataFolder(again), fault('bad-configuration', /did not finish/));
  rmSync(join(target, 'a'));
  rmSync(again, { recursive: true });
  await assert.rejects(restore(target, again), fault('store-broken', /is missing/));
});

it('refuses folders that are not empty, not there, or inside each other', async t => {
  const { data, target, again } = folders(t);
  await openDataFolder(data);
  write(join(data, 'a'), 'text');
  write(join(again, 'mine'), '');
  await assert.rejects(backup(data, again), fault('bad-input', /not empty: it has mine/));
  await assert.rejects(backup(data, join(data, 'copy')), fault('bad-input', /inside the data folder/));
  await assert.rejects(backup(join(data, 'nowhere'), target), fault('bad-input', /is not there/));
  rmSync(target, { recursive: true });
  await backup(data, target);
  await assert.rejects(restore(target, data), fault('bad-input', /not empty/));
  await assert.rejects(restore(data, join(data, 'x')), fault('bad-input', /no backup is there/));
});

it('takes no path from a manifest that leads out of the folder', async t => {
  const { data, target, again } = folders(t);
  await openDataFolder(data);
  write(join(data, 'a'), 'text');
  await backup(data, target, { clock });
  const manifest = join(target, 'manifest.json');
  const text = readFileSync(manifest, 'utf8');
  for (const path of ['../a', '/a', 'x/../../a', './a', 'a//b', '']) {
    writeFileSync(manifest, text.replace('"a"', JSON.stringify(path)));
    await assert.rejects(restore(target, again), fault('bad-input', /an entry cannot be used/));
  }
  writeFileSync(manifest, text.replace('"format": 1', '"format": 2'));
  await assert.rejects(restore(target, again), fault('store-newer'));
  writeFileSync(manifest, text.slice(0, 40));
  await assert.rejects(restore(target, again), fault('bad-input', /no list of a backup/));
});

it('says which database is damaged and makes no backup of it', async t => {
  const { data, target } = folders(t);
  const place = await openDataFolder(data);
  writeFileSync(place.state, 'this is no database at all, but it has the name of one. '.repeat(100));
  await assert.rejects(backup(data, target), fault('store-broken', /state\.db/));
  assert.equal(readdirSync(target).includes('manifest.json'), false);
});

it('finds mail that gets another name while the folder is read', async t => {
  const { data, target, again } = folders(t);
  await openDataFolder(data);
  const box = join(data, 'mail', 'example.org', 'bob');
  const names = Array.from({ length: 300 }, (_, i) => `${i}.mail`);
  for (const name of names) write(join(box, 'new', name), name);
  mkdirSync(join(box, 'cur'));
  const copying = backup(data, target, { clock });
  // When the first is copied and the others are listed under `new`, a reader has seen them all.
  while (!existsSync(join(target, 'mail', 'example.org', 'bob', 'new')))
    await new Promise(resolve => setImmediate(resolve));
  for (const name of names) renameSync(join(box, 'new', name), join(box, 'cur', `${name}:2,S`));
  await copying;
  await restore(target, again);
  const found = readdirSync(join(again, 'mail'), { recursive: true }).map(path => basename(String(path)));
  assert.deepEqual(
    names.filter(name => !found.some(one => one.replace(/:.*/, '') === name)),
    [],
  );
});
