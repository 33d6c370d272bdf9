// SPDX-License-Identifier: Apache-2.0
/**
 * Database — copies one that is in use, as of one instant, by SQLite itself; the copy is looked through before it counts.
 * Never opens a database's file in another way: closing it would free the locks this process holds on it (POSIX).
 */
import { backup, DatabaseSync } from 'node:sqlite';
import { dirname, join } from 'node:path';
import { Fault } from '../../core/faults.ts';
import { openForReading, speakingFaults } from '../sqlite.ts';
import { makeFolders, sumOf, syncFolder } from './copy.ts';
import type { CopiedFile } from './manifest.ts';

/** All pages in one step (on a thread of its own): with more than one, a server that writes would make it begin again and again. */
const allPages = 2_147_483_647;

export async function copyDatabase(from: string, to: string, path: string, signal?: AbortSignal): Promise<CopiedFile> {
  signal?.throwIfAborted();
  const [source, copy] = [join(from, path), join(to, path)];
  await makeFolders(to, dirname(path));
  const database = openForReading(source);
  try {
    await backup(database, copy, { rate: allPages });
  } catch (cause) {
    speakingFaults(() => {
      throw cause;
    }, source);
  } finally {
    database.close();
  }
  const schema = checkedSchema(source, copy);
  const sum = await sumOf(copy);
  await syncFolder(dirname(copy));
  return { path, ...sum, schema };
}

/** The copy as one file, whole, private. */
function checkedSchema(source: string, copy: string): number {
  return speakingFaults(() => {
    const database = new DatabaseSync(copy);
    try {
      database.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;');
      const found = Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
      if (found !== 'ok') throw new Fault('store-broken', { detail: `${source} is damaged: ${String(found)}` });
      return Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    } finally {
      database.close();
    }
  }, source);
}
