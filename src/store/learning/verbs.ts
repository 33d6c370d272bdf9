// SPDX-License-Identifier: Apache-2.0
/** The learning log's writes over SQLite, run in a transaction by the storage thread: a number is taken in the transaction that commits it. */
import { Fault } from '../../core/faults.ts';
import { openDatabase } from '../sqlite.ts';
import type { OpenStore } from '../thread/calls.ts';
import { boundsOfDay, type NewRevocation, type NewTraining, type RevocationEntry, type Revoke } from './contract.ts';

/** Entries of proven identities, and revocations: few, and found by an index of their own. */
export const concernsProven = '(proven IS NOT NULL OR label IS NULL)';

export const learningMigrations: readonly string[] = [
  `CREATE TABLE entry (
     n INTEGER PRIMARY KEY,
     at INTEGER NOT NULL,
     by TEXT NOT NULL,
     source TEXT,
     label TEXT,
     message_id TEXT,
     extractors TEXT,
     findings TEXT,
     revoked_by INTEGER,
     revokes TEXT,
     first INTEGER,
     entries INTEGER
   ) STRICT;
   CREATE INDEX entry_message ON entry (message_id);
   CREATE INDEX entry_by ON entry (by);
   CREATE TABLE features (n INTEGER PRIMARY KEY REFERENCES entry (n), bytes BLOB NOT NULL) STRICT;`,
  `ALTER TABLE entry ADD COLUMN proven TEXT;`,
  `ALTER TABLE entry ADD COLUMN log_odds REAL;
   ALTER TABLE entry ADD COLUMN evidence TEXT;`,
  `CREATE INDEX entry_proven ON entry (n) WHERE ${concernsProven};`,
  `ALTER TABLE entry ADD COLUMN kind TEXT;`,
];

export function openLearning(path: string) {
  const database = openDatabase(path, learningMigrations);
  const next = database.prepare('SELECT coalesce(max(n), 0) + 1 AS n FROM entry');
  const insert = database.prepare(
    'INSERT INTO entry (n, at, by, source, label, message_id, extractors, findings, proven, log_odds, evidence, kind) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const insertFeatures = database.prepare('INSERT INTO features (n, bytes) VALUES (?, ?)');
  const insertRevocation = database.prepare(
    'INSERT INTO entry (n, at, by, revokes, first, entries) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const number = (): number => Number(next.get()!['n']);
  return {
    database,
    isDurable: true,
    verbs: {
      append(training: NewTraining): number {
        const n = number();
        const { at, by, source, label, messageId, findings, logOdds = null, kind = null } = training;
        const parts = Object.entries(training.extractors);
        const index = parts.map(([name, { version, features }]) => ({ name, version, sizeBytes: features.length }));
        const proven = training.proven ? JSON.stringify(training.proven) : null;
        const found = findings ? JSON.stringify(findings) : null;
        const evidence = training.evidence ? JSON.stringify(training.evidence) : null;
        insert.run(n, at, by, source, label, messageId, JSON.stringify(index), found, proven, logOdds, evidence, kind);
        insertFeatures.run(n, Buffer.concat(parts.map(([, { features }]) => features)));
        return n;
      },
      revoke({ at, by, revoke }: NewRevocation): RevocationEntry | undefined {
        const [where, values] = conditionOf(revoke);
        const sql = `SELECT coalesce(min(n), 0) AS first, count(*) AS entries FROM entry WHERE ${where}`;
        const row = database.prepare(sql).get(...values)!;
        const [first, entries] = [Number(row['first']), Number(row['entries'])];
        if (entries === 0) return undefined;
        const n = number();
        database.prepare(`UPDATE entry SET revoked_by = ? WHERE ${where}`).run(n, ...values);
        insertRevocation.run(n, at, by, JSON.stringify(revoke), first, entries);
        return { n, at, by, revoke, first, entries };
      },
    },
  } satisfies OpenStore;
}

function conditionOf(revoke: Revoke): readonly [string, readonly (string | number)[]] {
  const living = 'label IS NOT NULL AND revoked_by IS NULL';
  if ('entry' in revoke) return [`${living} AND n = ?`, [revoke.entry]];
  if ('user' in revoke) return [`${living} AND by = ?`, [revoke.user]];
  if ('source' in revoke) return [`${living} AND source = ?`, [revoke.source]];
  const bounds = boundsOfDay(revoke.day);
  if (!bounds) throw new Fault('bad-input', { detail: `not a day: ${revoke.day}` });
  return [`${living} AND at >= ? AND at < ?`, bounds];
}
