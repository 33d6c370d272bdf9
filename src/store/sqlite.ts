// SPDX-License-Identifier: Apache-2.0
/**
 * SQLite — opens a store's own database file: write-ahead log, waiting for others instead of failing, and the schema brought up to date.
 * Migrations are numbered by their place; before the first one of an existing file runs, the file is copied beside itself (`….v3.bak`).
 * Fails with `store-newer` on a schema of a newer program, `store-broken` on a damaged file, `store-unreachable` or `disk-full` else.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '../core/faults.ts';

export interface DatabaseOptions {
  /** `full`: what was committed survives a power failure. `normal`: a crash of the machine may lose the last moments. */
  readonly synchronous?: 'full' | 'normal';
}

/**
 * Opens a file that `openDatabase` has made, for reading what is committed: never waits for writers, sees each commit at once.
 * The schema is not looked at: who reads has it opened for writing first, in this process or its storage thread.
 */
export function openForReading(path: string): DatabaseSync {
  return speakingFaults(() => new DatabaseSync(path, { readOnly: true, timeout: 5_000 }), path);
}

/** Each migration is SQL that runs once, in one transaction with the noting of its number. */
export function openDatabase(
  path: string,
  migrations: readonly string[],
  { synchronous = 'full' }: DatabaseOptions = {},
): DatabaseSync {
  return speakingFaults(() => {
    const database = new DatabaseSync(path, { timeout: 5_000 });
    try {
      // The vacuum mode can be chosen only before anything else is in the file; it lets trimmed stores give room back to the disk.
      database.exec(
        `PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous.toUpperCase()}; PRAGMA foreign_keys = ON;`,
      );
      migrate(database, path, migrations);
    } catch (error) {
      database.close();
      throw error;
    }
    return database;
  }, path);
}

/** Runs `work` in one write transaction; all of it happens or nothing. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  return speakingFaults(() => {
    // IMMEDIATE: a transaction that turns from reading to writing could be refused without the wait (SQLITE_BUSY_SNAPSHOT).
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }, database.location() ?? '');
}

/** Runs `work` and says what SQLite throws in the words of the table of faults; `path` names the file in their detail. */
export function speakingFaults<T>(work: () => T, path = ''): T {
  try {
    return work();
  } catch (error) {
    throw faultOf(error, path);
  }
}

function migrate(database: DatabaseSync, path: string, migrations: readonly string[]): void {
  const found = versionOf(database);
  if (found > migrations.length) {
    throw new Fault('store-newer', {
      detail: `${path} has schema ${found}, and this program knows schemas up to ${migrations.length}: use the newer program, or restore the copy made before it was migrated`,
    });
  }
  if (found === migrations.length) return;
  if (found > 0) copyBeside(database, `${path}.v${found}.bak`);
  inTransaction(database, () => {
    // Another process may have migrated while this one waited for the lock.
    const now = versionOf(database);
    for (const migration of migrations.slice(now)) database.exec(migration);
    if (now < migrations.length) database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

/** The copy appears whole under its name or not at all; one that is there already is of the same version and stays. */
function copyBeside(database: DatabaseSync, copy: string): void {
  if (existsSync(copy)) return;
  const unfinished = `${copy}.${randomUUID()}`;
  database.prepare('VACUUM INTO ?').run(unfinished);
  renameSync(unfinished, copy);
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}

function faultOf(error: unknown, path: string): unknown {
  if (error instanceof Fault || !(error instanceof Error) || !('errcode' in error)) return error;
  const place = path === '' ? '' : `${path}: `;
  // The low byte is the primary code (https://www.sqlite.org/rescode.html).
  switch (Number(error.errcode) & 0xff) {
    case 11: // SQLITE_CORRUPT
    case 26: // SQLITE_NOTADB
      return new Fault('store-broken', {
        cause: error,
        detail: `${place}the file is damaged or cut off (${error.message}); restore it from a backup`,
      });
    case 13: // SQLITE_FULL
      return new Fault('disk-full', { cause: error, detail: place + error.message });
    default:
      return new Fault('store-unreachable', { cause: error, detail: place + error.message });
  }
}
