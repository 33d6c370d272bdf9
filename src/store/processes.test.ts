// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { promisify } from 'node:util';
import { TestClock } from '../core/clock.ts';
import { sqliteDirectoryStore } from './directory/sqlite.ts';
import { sqliteRecordStore } from './records/sqlite.ts';
import { sqliteStateStore } from './state/sqlite.ts';
import { inlineWriter } from './thread/writer.ts';

const run = promisify(execFile);
const racer = new URL('./racer.suite.ts', import.meta.url).pathname;

it('loses nothing when four processes write to one folder at once', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-race-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const clock = new TestClock();
  const writer = inlineWriter(clock);
  const directory = await sqliteDirectoryStore(join(folder, 'directory.db'), writer, clock);
  await directory.putDomain({ name: 'example.org', transport: { kind: 'maildir' }, verifiesAtNextHop: false });
  const names = ['a', 'b', 'c', 'd'];
  const ends = await Promise.all(names.map(name => run(process.execPath, [racer, folder, name, '100'])));
  const state = await sqliteStateStore(join(folder, 'state.db'), writer);
  const records = await sqliteRecordStore(join(folder, 'records.db'), writer, clock);
  const all = await records.search({ limit: 1_000 });
  assert.equal(await state.count('shared', 0, 1e9, Date.UTC(2026, 0, 1)), 400);
  assert.equal(
    ends.reduce((sum, end) => sum + Number(end.stdout), 0),
    10,
  );
  assert.deepEqual([all.length, all.reduce((sum, one) => sum + one.events.length, 0)], [100, 400]);
  assert.equal((await records.get('c-99'))?.id, 'shared99');
  clock.advance(1_000);
  assert.deepEqual(
    directory.mailboxes().map(one => one.address.local),
    names,
  );
  for (const store of [state, records, directory, writer]) await store.close();
});
