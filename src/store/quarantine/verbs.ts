// SPDX-License-Identifier: Apache-2.0
/** The quarantine's index over SQLite, run in a transaction by the storage thread; each change on disk when it is committed. */
import type { SQLOutputValue } from 'node:sqlite';
import { openDatabase } from '../sqlite.ts';
import type { OpenStore } from '../thread/calls.ts';
import type { QuarantineEntry } from './contract.ts';

export const quarantineMigrations: readonly string[] = [
  `CREATE TABLE entry (
     id TEXT PRIMARY KEY, stored_at INTEGER NOT NULL, size INTEGER NOT NULL, is_released INTEGER NOT NULL, entry TEXT NOT NULL
   ) STRICT;
   CREATE INDEX entry_stored ON entry (stored_at, id);`,
];

const trimRows = 500;

export function openQuarantine(path: string) {
  const database = openDatabase(path, quarantineMigrations, { synchronous: 'full' });
  const get = database.prepare('SELECT * FROM entry WHERE id = ?');
  const put = database.prepare('INSERT INTO entry VALUES (?, ?, ?, 0, ?) ON CONFLICT DO NOTHING');
  const release = database.prepare('UPDATE entry SET is_released = 1 WHERE id = ?');
  const drop = database.prepare('DELETE FROM entry WHERE id = ?');
  const oldest = database.prepare('SELECT * FROM entry ORDER BY stored_at, id LIMIT ?');
  const total = database.prepare('SELECT coalesce(sum(size), 0) AS bytes FROM entry');

  return {
    database,
    isDurable: true,
    verbs: {
      /** The entry that is there afterwards. */
      put(entry: QuarantineEntry): QuarantineEntry {
        put.run(entry.id, entry.storedAt, entry.sizeBytes, JSON.stringify(entry));
        return entryOf(get.get(entry.id)!);
      },
      markReleased: (id: string): boolean => release.run(id).changes > 0,
      remove: (id: string): boolean => drop.run(id).changes > 0,
      /** The oldest that must go, some hundred at a time. */
      trim(before: number, maxBytes: number): readonly QuarantineEntry[] {
        let bytes = Number(total.get()?.['bytes']);
        const gone: QuarantineEntry[] = [];
        for (const row of oldest.all(trimRows)) {
          const entry = entryOf(row);
          if (entry.storedAt >= before && bytes <= maxBytes) break;
          bytes -= entry.sizeBytes;
          drop.run(entry.id);
          gone.push(entry);
        }
        return gone;
      },
    },
  } satisfies OpenStore;
}

/** The column was written by `put` from an entry; whether it is released stands beside it. */
export function entryOf(row: Readonly<Record<string, SQLOutputValue>>): QuarantineEntry {
  const entry = JSON.parse(String(row['entry'])) as QuarantineEntry;
  return { ...entry, isReleased: row['is_released'] === 1 };
}
