// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { TestClock } from '../../core/clock.ts';
import { inlineWriter } from '../thread/writer.ts';
import { learningStoreSuite } from './contract.suite.ts';
import { isRevocation, type LearningStore } from './contract.ts';
import { sqliteLearningStore } from './sqlite.ts';

function place(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-learning-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'learning.db');
}

/** One more handle on the same file, with a writer of its own as another process has. */
async function opened(path: string): Promise<LearningStore> {
  const writer = inlineWriter(new TestClock());
  const store = await sqliteLearningStore(path, writer);
  return {
    ...store,
    async close() {
      await store.close();
      await writer.close();
    },
  };
}

learningStoreSuite('SQLite', t => {
  const path = place(t);
  return { open: () => opened(path) };
});

/** Appends 100 entries while it reads on from where it was, and says what it read. */
const writer = `
  const [path, name] = process.argv.slice(1);
  const { sqliteLearningStore } = await import(${JSON.stringify(import.meta.resolve('./sqlite.ts'))});
  const { startWriter } = await import(${JSON.stringify(import.meta.resolve('../thread/start.ts'))});
  const { systemClock } = await import(${JSON.stringify(import.meta.resolve('../../core/clock.ts'))});
  const writer = startWriter(systemClock);
  const store = await sqliteLearningStore(path, writer);
  const seen = [], mine = [];
  for (let i = 0; i < 100; i += 1) {
    mine.push(await store.append({ at: 1, by: name, source: 'import', label: 'ham', messageId: name + i,
      extractors: { filter: { version: 1, features: Uint8Array.of(i) } } }));
    for (const entry of await store.readFrom(seen.length + 1, 1000)) seen.push(entry.n + ':' + entry.messageId);
  }
  await store.close();
  await writer.close();
  console.log(JSON.stringify({ seen, mine }));`;

it('keeps one order without gaps while four processes write, and shows it to all of them alike', async t => {
  const path = place(t);
  await (await opened(path)).close();
  const names = ['a', 'b', 'c', 'd'];
  const runs = await Promise.all(names.map(name => promisify(execFile)(process.execPath, ['-e', writer, path, name])));
  const told = runs.map(run => JSON.parse(run.stdout) as { seen: string[]; mine: number[] });
  const store = await opened(path);
  t.after(() => store.close());
  const log = (await store.readFrom(1, 1_000)).map(entry => `${entry.n}:${isRevocation(entry) ? '' : entry.messageId}`);
  assert.deepEqual(
    told.flatMap(one => one.mine).sort((a, b) => a - b),
    Array.from({ length: 400 }, (_, i) => i + 1),
  );
  for (const { seen } of told) assert.deepEqual(seen, log.slice(0, seen.length));
});

it('has no snapshot where the file was cut off or changed', async t => {
  const path = place(t);
  const store = await opened(path);
  t.after(() => store.close());
  const piece = new Uint8Array(100).fill(1);
  for (const n of [1, 2]) await store.snapshots.save('filter', n, [piece]);
  const [one, two] = readdirSync(`${path}.snapshots`).map(name => join(`${path}.snapshots`, name));
  truncateSync(one!, 50);
  writeFileSync(two!, new Uint8Array(104).fill(2));
  assert.deepEqual(
    [await store.snapshots.load('filter', 1, [piece]), await store.snapshots.load('filter', 2, [piece])],
    [false, false],
  );
});

it('still has its entries when it is opened again', async t => {
  const path = place(t);
  const before = await opened(path);
  const appended = before.append({
    at: 1,
    by: 'alice@example.org',
    source: 'person',
    label: 'spam',
    messageId: 'm',
    extractors: {},
  });
  await before.close();
  const after = await opened(path);
  t.after(() => after.close());
  assert.deepEqual([await appended, await after.head()], [1, 1]);
});

/** As version 1 wrote it; never changed, whatever the schema becomes. */
const versionOne = `
  CREATE TABLE entry (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, source TEXT, label TEXT, message_id TEXT,
    extractors TEXT, findings TEXT, revoked_by INTEGER, revokes TEXT, first INTEGER, entries INTEGER) STRICT;
  CREATE INDEX entry_message ON entry (message_id);
  CREATE INDEX entry_by ON entry (by);
  CREATE TABLE features (n INTEGER PRIMARY KEY REFERENCES entry (n), bytes BLOB NOT NULL) STRICT;
  INSERT INTO entry VALUES (1, 5, 'alice@example.org', 'person', 'spam', 'm1', '[{"name":"filter","version":1,"sizeBytes":2}]', NULL, 2, NULL, NULL, NULL);
  INSERT INTO features VALUES (1, x'0102');
  INSERT INTO entry VALUES (2, 6, 'root', NULL, NULL, NULL, NULL, NULL, NULL, '{"entry":1}', 1, 1);
  PRAGMA user_version = 1;`;

it('reads the log that version 1 wrote', async t => {
  const path = place(t);
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA journal_mode = WAL; ${versionOne}`);
  database.close();
  const store = await opened(path);
  t.after(() => store.close());
  const [training, revocation] = await store.readFrom(1, 10);
  assert.ok(training && !isRevocation(training));
  assert.deepEqual(
    [training.label, training.revokedBy, [...training.extractors['filter']!.features]],
    ['spam', 2, [1, 2]],
  );
  assert.deepEqual(revocation, { n: 2, at: 6, by: 'root', revoke: { entry: 1 }, first: 1, entries: 1 });
});
