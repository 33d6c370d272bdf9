// SPDX-License-Identifier: Apache-2.0
/**
 * Trim pages — takes out attempts that are too old, some pages at a time.
 * An attempt is gone when its rows are; its lines go with their page, when all in it are as old: at most as long as its message was in the queue.
 */
import type { DatabaseSync } from 'node:sqlite';
import { fieldEnd } from './match.ts';
import { unpack } from './page.ts';

/** A few milliseconds. */
const pagesAtOnce = 20;

export interface Trimmed {
  readonly attempts: number;
  readonly isDone: boolean;
}

export function trimPages(database: DatabaseSync): (before: number, maxBytes: number) => Trimmed {
  const old = database.prepare(
    `SELECT page, last_started, keys FROM page WHERE first_started < ? LIMIT ${pagesAtOnce}`,
  );
  const oldest = database.prepare('SELECT last_started FROM page ORDER BY last_started LIMIT 1');
  const startOf = database.prepare('SELECT started FROM attempt WHERE id = ? LIMIT 1');
  const dropAttempt = database.prepare('DELETE FROM attempt WHERE id = ?');
  const dropQueued = database.prepare('DELETE FROM queued WHERE id = ?');
  const dropPage = database.prepare('DELETE FROM page WHERE page = ?');
  const lift = database.prepare('UPDATE page SET first_started = ? WHERE page = ?');

  const dropOld = (lines: string, before: number): number => {
    let attempts = 0;
    for (const line of lines.split('\n')) {
      if (line === '') continue;
      const [id = '', queueIds = ''] = line.split(fieldEnd, 2);
      const row = startOf.get(id);
      // Its row may be gone by another of its pages; its queue ids go with the line that named them.
      if (row && Number(row['started']) >= before) continue;
      if (row) attempts += 1;
      dropAttempt.run(id);
      for (const queueId of queueIds.split(' ')) dropQueued.run(queueId);
    }
    return attempts;
  };
  const step = (before: number): { attempts: number; pages: number } => {
    const rows = old.all(before);
    let attempts = 0;
    for (const row of rows) {
      const page = Number(row['page']);
      // A BLOB column comes as bytes.
      attempts += dropOld(unpack(row['keys'] as Uint8Array), before);
      if (Number(row['last_started']) < before) dropPage.run(page);
      else lift.run(before, page);
    }
    return { attempts, pages: rows.length };
  };

  return (before, maxBytes) => {
    const { attempts, pages } = step(before);
    if (pages === pagesAtOnce) return { attempts, isDone: false };
    const row = usedBytes(database) > maxBytes ? oldest.get() : undefined;
    if (row) return { attempts: attempts + step(Number(row['last_started']) + 1).attempts, isDone: false };
    database.exec('PRAGMA incremental_vacuum(2000)');
    return { attempts, isDone: true };
  };
}

/** What is in the file; room left in it by what went is used again. */
function usedBytes(database: DatabaseSync): number {
  const number = (name: string): number => Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  return (number('page_count') - number('freelist_count')) * number('page_size');
}
