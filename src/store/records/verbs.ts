// SPDX-License-Identifier: Apache-2.0
/**
 * The records' writes over SQLite, run in a transaction by the storage thread. Rows are pages of many attempts; beside them stands where each attempt has its pages.
 * Ids begin with the time, so their rows are written at the right edge of one tree: an index over addresses would cost ten times as much (a leaf a key).
 */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../sqlite.ts';
import type { OpenStore } from '../thread/calls.ts';
import { forgetPages } from './forget-pages.ts';
import { pack, pageSigns } from './page.ts';
import { trimPages } from './trim-pages.ts';

export const recordMigrations: readonly string[] = [
  `CREATE TABLE page (
     page INTEGER PRIMARY KEY AUTOINCREMENT,
     stamp TEXT NOT NULL,
     first_started INTEGER NOT NULL,
     last_started INTEGER NOT NULL,
     keys BLOB NOT NULL,
     items BLOB NOT NULL
   ) STRICT;
   CREATE INDEX page_first ON page (first_started);
   CREATE INDEX page_last ON page (last_started);
   CREATE TABLE attempt (id TEXT NOT NULL, page INTEGER NOT NULL, started INTEGER NOT NULL, PRIMARY KEY (id, page)) STRICT, WITHOUT ROWID;
   CREATE TABLE queued (id TEXT PRIMARY KEY, attempt TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
];

/** A second's worth of items, made ready where they were appended. */
export interface Appended {
  /** Lines of items (`page.ts`) and of their keys (`match.ts`). */
  readonly items: string;
  readonly keys: string;
  readonly attempts: readonly (readonly [id: string, startedAt: number])[];
  readonly queued: readonly (readonly [queueId: string, id: string])[];
}

/** The page this process is filling. */
interface Filling {
  readonly page: number;
  readonly stamp: string;
  readonly items: string;
  readonly keys: string;
}

export function openRecords(path: string) {
  const database = openDatabase(path, recordMigrations, { synchronous: 'normal' });
  return {
    database,
    isDurable: false,
    verbs: { append: appender(database), trim: trimPages(database), forget: forgetPages(database) },
  } satisfies OpenStore;
}

function appender(database: DatabaseSync): (appended: Appended) => void {
  const startOf = database.prepare('SELECT started FROM attempt WHERE id = ? LIMIT 1');
  const newPage = database.prepare(
    'INSERT INTO page (stamp, first_started, last_started, keys, items) VALUES (?, ?, ?, ?, ?) RETURNING page',
  );
  const growPage = database.prepare(
    `UPDATE page SET stamp = ?, first_started = min(first_started, ?), last_started = max(last_started, ?), keys = ?, items = ?
     WHERE page = ? AND stamp = ?`,
  );
  const putAttempt = database.prepare('INSERT OR IGNORE INTO attempt VALUES (?, ?, ?)');
  const putQueued = database.prepare('INSERT OR REPLACE INTO queued VALUES (?, ?)');
  let filling: Filling | undefined;

  const write = ({ items, keys }: Appended, first: number, last: number): number => {
    const stamp = randomUUID();
    if (filling && filling.items.length + items.length <= pageSigns) {
      const grown = { ...filling, stamp, items: filling.items + items, keys: filling.keys + keys };
      const { changes } = growPage.run(
        stamp,
        first,
        last,
        pack(grown.keys),
        pack(grown.items),
        filling.page,
        filling.stamp,
      );
      // None if another process trimmed it or forgot something in it, or our last transaction was taken back: then it is not ours to grow.
      filling = changes > 0 ? grown : undefined;
    } else {
      filling = undefined;
    }
    filling ??= {
      page: Number(newPage.get(stamp, first, last, pack(keys), pack(items))?.['page']),
      stamp,
      items,
      keys,
    };
    return filling.page;
  };

  return appended => {
    const starts = appended.attempts.map(([id, startedAt]) => Number(startOf.get(id)?.['started'] ?? startedAt));
    const page = write(
      appended,
      starts.reduce((a, b) => Math.min(a, b)),
      starts.reduce((a, b) => Math.max(a, b)),
    );
    for (const [i, [id]] of appended.attempts.entries()) putAttempt.run(id, page, starts[i]!);
    for (const [queueId, id] of appended.queued) putQueued.run(queueId, id);
  };
}
