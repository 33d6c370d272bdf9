// SPDX-License-Identifier: Apache-2.0
/**
 * The learning log in an SQLite file of its own, with snapshots as files beside it (`….snapshots/`).
 * Entries appended in one turn share a transaction and its sync. The numbers have no gaps because SQLite lets one writer at a time in,
 * and a number is taken inside the transaction that commits it.
 */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { Fault } from '../../core/faults.ts';
import { inTransaction, openDatabase, speakingFaults } from '../sqlite.ts';
import {
  boundsOfDay,
  type Extracted,
  type LearningEntry,
  type LearningStore,
  type NewTraining,
  type Revoke,
} from './contract.ts';
import { fileSnapshots } from './snapshot-files.ts';

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
];

type Row = Readonly<Record<string, SQLOutputValue>>;
interface Waiting {
  readonly training: NewTraining;
  resolve(n: number): void;
  reject(error: unknown): void;
}

export function sqliteLearningStore(path: string): LearningStore {
  const database = openDatabase(path, learningMigrations);
  const write = writer(database);
  const page = database.prepare('SELECT * FROM entry LEFT JOIN features USING (n) WHERE n >= ? ORDER BY n LIMIT ?');
  const last = database.prepare('SELECT coalesce(max(n), 0) AS n FROM entry');
  const about = database.prepare(
    'SELECT n, label, source, by FROM entry WHERE message_id = ? AND revoked_by IS NULL ORDER BY n',
  );
  let waiting: Waiting[] = [];
  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    try {
      const numbers = inTransaction(database, () => batch.map(({ training }) => write.training(training)));
      batch.forEach((one, i) => one.resolve(numbers[i]!));
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
  };
  return {
    snapshots: fileSnapshots(`${path}.snapshots`),
    append: training =>
      new Promise((resolve, reject) => {
        if (waiting.push({ training, resolve, reject }) === 1) setImmediate(flush);
      }),
    async revoke(revocation) {
      // What was appended before must be in the log before.
      flush();
      return inTransaction(database, () => {
        const meant = write.meantBy(revocation.revoke);
        if (meant.entries === 0) return undefined;
        return { ...revocation, ...meant, n: write.revocation(revocation, meant) };
      });
    },
    readFrom: async (n, limit) => speakingFaults(() => page.all(n, limit).map(entryOf)),
    head: async () => speakingFaults(() => Number(last.get()!['n'])),
    find: async messageId =>
      speakingFaults(() => about.all(messageId).map(row => ({ ...headOf(row), n: Number(row['n']) }))),
    async close() {
      flush();
      database.close();
    },
  };
}

function writer(database: DatabaseSync) {
  const next = database.prepare('SELECT coalesce(max(n), 0) + 1 AS n FROM entry');
  const insert = database.prepare(
    'INSERT INTO entry (n, at, by, source, label, message_id, extractors, findings) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const insertFeatures = database.prepare('INSERT INTO features (n, bytes) VALUES (?, ?)');
  const insertRevocation = database.prepare(
    'INSERT INTO entry (n, at, by, revokes, first, entries) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const number = (): number => Number(next.get()!['n']);
  return {
    training(training: NewTraining): number {
      const n = number();
      const { at, by, source, label, messageId, findings } = training;
      const parts = Object.entries(training.extractors);
      const index = parts.map(([name, { version, features }]) => ({ name, version, sizeBytes: features.length }));
      insert.run(
        n,
        at,
        by,
        source,
        label,
        messageId,
        JSON.stringify(index),
        findings ? JSON.stringify(findings) : null,
      );
      insertFeatures.run(n, Buffer.concat(parts.map(([, { features }]) => features)));
      return n;
    },
    /** Marks nothing yet; counts what `revoke` would undo. */
    meantBy(revoke: Revoke): { first: number; entries: number } {
      const [where, values] = conditionOf(revoke);
      const sql = `SELECT coalesce(min(n), 0) AS first, count(*) AS entries FROM entry WHERE ${where}`;
      const row = database.prepare(sql).get(...values)!;
      return { first: Number(row['first']), entries: Number(row['entries']) };
    },
    revocation(
      { at, by, revoke }: { at: number; by: string; revoke: Revoke },
      meant: { first: number; entries: number },
    ): number {
      const n = number();
      const [where, values] = conditionOf(revoke);
      database.prepare(`UPDATE entry SET revoked_by = ? WHERE ${where}`).run(n, ...values);
      insertRevocation.run(n, at, by, JSON.stringify(revoke), meant.first, meant.entries);
      return n;
    },
  };
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

function headOf(row: Row) {
  return {
    by: String(row['by']),
    // Written by `training` above from these very types.
    source: String(row['source']) as 'person' | 'automatic' | 'import',
    label: String(row['label']) as 'spam' | 'ham',
  };
}

function entryOf(row: Row): LearningEntry {
  const n = Number(row['n']);
  const at = Number(row['at']);
  if (row['label'] === null) {
    const revoke = JSON.parse(String(row['revokes'])) as Revoke;
    return { n, at, by: String(row['by']), revoke, first: Number(row['first']), entries: Number(row['entries']) };
  }
  return {
    n,
    at,
    ...headOf(row),
    messageId: String(row['message_id']),
    extractors: extractorsOf(row),
    ...(row['findings'] === null ? {} : { findings: JSON.parse(String(row['findings'])) }),
    ...(row['revoked_by'] === null ? {} : { revokedBy: Number(row['revoked_by']) }),
  };
}

function extractorsOf(row: Row): Record<string, Extracted> {
  const bytes = row['bytes'] as Uint8Array;
  const index = JSON.parse(String(row['extractors'])) as { name: string; version: number; sizeBytes: number }[];
  let at = 0;
  return Object.fromEntries(
    index.map(({ name, version, sizeBytes }) => {
      const features = bytes.subarray(at, (at += sizeBytes));
      return [name, { version, features }];
    }),
  );
}
