// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { Fault } from '../core/faults.ts';
import { inTransaction, openDatabase, openForReading } from './sqlite.ts';

const first = 'CREATE TABLE word (text TEXT) STRICT;';
const second = "ALTER TABLE word ADD COLUMN language TEXT NOT NULL DEFAULT 'en';";

function place(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-sqlite-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'words.db');
}
const faultCode = (code: string) => (error: unknown) =>
  error instanceof Fault && error.code === code && error.detail.includes('words.db');

it('makes a new file in the newest schema without a copy', t => {
  const path = place(t);
  openDatabase(path, [first, second]).close();
  assert.equal(existsSync(`${path}.v1.bak`), false);
});

it('brings an old file up to date and keeps a copy of it as it was', t => {
  const path = place(t);
  const old = openDatabase(path, [first]);
  old.exec("INSERT INTO word VALUES ('gate')");
  old.close();
  const database = openDatabase(path, [first, second]);
  t.after(() => database.close());
  assert.deepEqual({ ...database.prepare('SELECT * FROM word').get() }, { text: 'gate', language: 'en' });
  const copy = openDatabase(`${path}.v1.bak`, [first]);
  t.after(() => copy.close());
  assert.deepEqual({ ...copy.prepare('SELECT * FROM word').get() }, { text: 'gate' });
});

it('refuses a file of a newer schema and leaves it alone', t => {
  const path = place(t);
  openDatabase(path, [first, second]).close();
  assert.throws(() => openDatabase(path, [first]), faultCode('store-newer'));
  openDatabase(path, [first, second]).close();
});

it('leaves the old schema whole when a migration fails', t => {
  const path = place(t);
  openDatabase(path, [first]).close();
  assert.throws(() => openDatabase(path, [first, `${second} SELECT * FROM nowhere;`]), faultCode('store-unreachable'));
  const database = openDatabase(path, [first]);
  t.after(() => database.close());
  assert.equal(database.prepare('SELECT * FROM word').columns().length, 1);
});

it('calls a file that is no database broken', t => {
  const path = place(t);
  writeFileSync(path, 'this is not a database, and it is long enough to be looked at as one. '.repeat(20));
  assert.throws(() => openDatabase(path, [first]), faultCode('store-broken'));
});

it('calls a cut-off file broken', t => {
  const path = place(t);
  const database = openDatabase(path, [first]);
  inTransaction(database, () => {
    for (let i = 0; i < 2_000; i += 1) database.prepare('INSERT INTO word VALUES (?)').run('w'.repeat(50));
  });
  database.close();
  truncateSync(path, 6_000);
  assert.throws(() => {
    const cut = openDatabase(path, [first]);
    try {
      inTransaction(cut, () => cut.prepare('SELECT count(*) FROM word WHERE text LIKE ?').get('%x%'));
    } finally {
      cut.close();
    }
  }, faultCode('store-broken'));
});

it('takes back the whole transaction when a part of it fails', t => {
  const database = openDatabase(place(t), [first]);
  t.after(() => database.close());
  assert.throws(() =>
    inTransaction(database, () => {
      database.exec("INSERT INTO word VALUES ('half')");
      throw new RangeError('the other half');
    }),
  );
  assert.equal(database.prepare('SELECT count(*) AS n FROM word').get()?.['n'], 0);
});

it('reads in one place what is written in another, and refuses to write there', t => {
  const path = place(t);
  const database = openDatabase(path, [first]);
  t.after(() => database.close());
  const reader = openForReading(path);
  t.after(() => reader.close());
  inTransaction(database, () => database.exec("INSERT INTO word VALUES ('gate')"));
  assert.equal(reader.prepare('SELECT text FROM word').get()?.['text'], 'gate');
  assert.throws(
    () => inTransaction(reader, () => reader.exec("INSERT INTO word VALUES ('wall')")),
    faultCode('store-unreachable'),
  );
});
