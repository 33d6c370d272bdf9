// SPDX-License-Identifier: Apache-2.0
/** Files as version 1 wrote them, kept as text: whatever the schemas become, these must open and say the same. Never changed; later versions are added. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { it, type TestContext } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { TestClock } from '../core/clock.ts';
import { Fault } from '../core/faults.ts';
import { sqliteDirectoryStore } from './directory/sqlite.ts';
import { sqliteQuarantineStore } from './quarantine/sqlite.ts';
import { sqliteRecordStore } from './records/sqlite.ts';
import { sqliteSentStore } from './sent/sqlite.ts';
import { sqliteStateStore } from './state/sqlite.ts';
import { inlineWriter } from './thread/writer.ts';

function written(
  t: TestContext,
  sql: string,
  ...rows: readonly (readonly [string, ...(string | number | Uint8Array)[]])[]
) {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-versions-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'store.db');
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA journal_mode = WAL; ${sql}`);
  for (const [insert, ...values] of rows) database.prepare(insert).run(...values);
  database.close();
  const clock = new TestClock();
  return { path, folder, clock, writer: inlineWriter(clock) };
}
async function closing<S extends { close(): Promise<void> }>(
  store: S,
  writer: { close(): Promise<void> },
  look: (store: S) => Promise<void>,
) {
  await look(store);
  await store.close();
  await writer.close();
}

it('reads the state that version 1 wrote', async t => {
  const { path, writer, clock } = written(
    t,
    `CREATE TABLE value (key TEXT PRIMARY KEY, value TEXT NOT NULL, written INTEGER NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
     CREATE TABLE counter (key TEXT PRIMARY KEY, count REAL NOT NULL, written INTEGER NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
     CREATE TABLE bucket (key TEXT PRIMARY KEY, level REAL NOT NULL, written INTEGER NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
     CREATE TABLE member (key TEXT NOT NULL, member TEXT NOT NULL, written INTEGER NOT NULL, expires INTEGER NOT NULL, PRIMARY KEY (key, member)) STRICT, WITHOUT ROWID;
     CREATE TABLE lease (key TEXT PRIMARY KEY, holder TEXT NOT NULL, written INTEGER NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
     PRAGMA user_version = 1;`,
    ["INSERT INTO value VALUES ('a', 'one', 0, ?)", Date.UTC(2027, 0, 1)],
    ["INSERT INTO counter VALUES ('a', 7, 0, ?)", Date.UTC(2027, 0, 1)],
  );
  await closing(await sqliteStateStore(path, writer), writer, async state => {
    assert.equal(await state.get('a', clock.now()), 'one');
    assert.equal(await state.count('a', 1, Date.UTC(2027, 0, 1), clock.now()), 8);
  });
});

it('reads the directory that version 1 wrote', async t => {
  const { path, writer, clock } = written(
    t,
    `CREATE TABLE domain (position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, transport TEXT NOT NULL, verifies INTEGER NOT NULL) STRICT;
     CREATE TABLE mailbox (key TEXT PRIMARY KEY, local TEXT NOT NULL, domain TEXT NOT NULL REFERENCES domain (name) ON DELETE CASCADE) STRICT;
     CREATE TABLE alias (key TEXT PRIMARY KEY, local TEXT NOT NULL, domain TEXT NOT NULL REFERENCES domain (name) ON DELETE CASCADE, targets TEXT NOT NULL, keeps INTEGER NOT NULL) STRICT;
     CREATE INDEX mailbox_domain ON mailbox (domain);
     CREATE INDEX alias_domain ON alias (domain);
     PRAGMA user_version = 1;
     INSERT INTO domain VALUES (1, 'example.org', '{"kind":"lmtp","host":"inner.example","port":24}', 0);
     INSERT INTO mailbox VALUES ('bob@example.org', 'Bob', 'example.org');
     INSERT INTO alias VALUES ('info@example.org', 'info', 'example.org', '[{"local":"bob","domain":"example.org"}]', 1);`,
  );
  await closing(await sqliteDirectoryStore(path, writer, clock), writer, async directory => {
    const domain = {
      name: 'example.org',
      transport: { kind: 'lmtp', host: 'inner.example', port: 24 },
      verifiesAtNextHop: false,
    };
    const bob = { local: 'Bob', domain: 'example.org' };
    assert.deepEqual(directory.find({ local: 'info', domain: 'example.org' }), {
      kind: 'known',
      domain,
      targets: [{ kind: 'mailbox', address: bob, domain }],
    });
  });
});

it('reads the records that version 1 wrote', async t => {
  const { path, writer, clock } = written(
    t,
    `CREATE TABLE page (page INTEGER PRIMARY KEY AUTOINCREMENT, stamp TEXT NOT NULL, first_started INTEGER NOT NULL, last_started INTEGER NOT NULL, keys BLOB NOT NULL, items BLOB NOT NULL) STRICT;
     CREATE INDEX page_first ON page (first_started);
     CREATE INDEX page_last ON page (last_started);
     CREATE TABLE attempt (id TEXT NOT NULL, page INTEGER NOT NULL, started INTEGER NOT NULL, PRIMARY KEY (id, page)) STRICT, WITHOUT ROWID;
     CREATE TABLE queued (id TEXT PRIMARY KEY, attempt TEXT NOT NULL) STRICT, WITHOUT ROWID;
     PRAGMA user_version = 1;
     INSERT INTO attempt VALUES ('a1', 1, 5);
     INSERT INTO queued VALUES ('q1', 'a1');`,
    [
      "INSERT INTO page VALUES (1, 'stamp', 5, 5, ?, ?)",
      zstdCompressSync(Buffer.from('a1\u001fq1\u001f192.0.2.1\u001f\u001fbob@example.org\u001f\u001faccept\u001f\n')),
      zstdCompressSync(
        Buffer.from(
          '["a1",{"client":"192.0.2.1","sender":"bob@example.org","queueIds":["q1"],"action":"accept"},[{"at":5,"kind":"connect"}]]\n',
        ),
      ),
    ],
  );
  await closing(await sqliteRecordStore(path, writer, clock), writer, async records => {
    const record = {
      id: 'a1',
      startedAt: 5,
      keys: { client: '192.0.2.1', sender: 'bob@example.org', queueIds: ['q1'], action: 'accept' },
      events: [{ at: 5, kind: 'connect' }],
    };
    assert.deepEqual(await records.get('q1'), record);
    assert.deepEqual(await records.search({ text: 'bob@', limit: 9 }), [record]);
  });
});

it('reads the quarantine that version 1 wrote', async t => {
  const address = { local: 'bob', domain: 'example.org' };
  const entry = {
    id: 'a-0',
    attemptId: 'a1',
    storedAt: 5,
    sender: { address: null, body: '7BIT', isSmtpUtf8: false },
    recipient: address,
    original: address,
    from: 'eve@example.net',
    subject: 'x',
    score: 9,
    reason: { en: 'Spam.', ja: '迷惑メール。' },
    sizeBytes: 3,
    isReleased: false,
  };
  const { path, folder, writer, clock } = written(
    t,
    `CREATE TABLE entry (id TEXT PRIMARY KEY, stored_at INTEGER NOT NULL, size INTEGER NOT NULL, is_released INTEGER NOT NULL, entry TEXT NOT NULL) STRICT;
     CREATE INDEX entry_stored ON entry (stored_at, id);
     PRAGMA user_version = 1;`,
    ["INSERT INTO entry VALUES ('a-0', 5, 3, 1, ?)", JSON.stringify(entry)],
  );
  await closing(
    await sqliteQuarantineStore({ index: path, folder: join(folder, 'quarantine') }, writer, clock),
    writer,
    async quarantine => {
      assert.deepEqual(await quarantine.get('a-0'), { ...entry, isReleased: true });
    },
  );
});

it('reads the sent log that version 1 wrote', async t => {
  const { path, writer, clock } = written(
    t,
    `CREATE TABLE pair (sender TEXT NOT NULL, recipient TEXT NOT NULL, day TEXT NOT NULL, PRIMARY KEY (sender, recipient)) STRICT, WITHOUT ROWID;
     CREATE TABLE message (message_id TEXT PRIMARY KEY, sender TEXT NOT NULL, day TEXT NOT NULL) STRICT, WITHOUT ROWID;
     CREATE INDEX pair_day ON pair (day);
     CREATE INDEX pair_recipient ON pair (recipient);
     CREATE INDEX message_day ON message (day);
     CREATE INDEX message_sender ON message (sender);
     PRAGMA user_version = 1;
     INSERT INTO pair VALUES ('bob@example.org', 'alice@example.net', '2026-01-02');
     INSERT INTO message VALUES ('<1@example.org>', 'bob@example.org', '2026-01-02');`,
  );
  await closing(await sqliteSentStore(path, writer, clock), writer, async sent => {
    assert.equal(await sent.lastSent('bob@example.org', 'alice@example.net'), '2026-01-02');
    assert.equal(await sent.hasMessageId('<1@example.org>'), true);
  });
});

it('refuses a store of a newer version in a sentence', async t => {
  const { path, writer } = written(t, 'CREATE TABLE later (x TEXT); PRAGMA user_version = 99;');
  await assert.rejects(
    sqliteStateStore(path, writer),
    (error: unknown) =>
      error instanceof Fault && error.code === 'store-newer' && /schema 99, and this program knows/.test(error.detail),
  );
  await writer.close();
});
