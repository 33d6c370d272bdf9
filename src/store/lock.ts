// SPDX-License-Identifier: Apache-2.0
/**
 * Lock — one owner for a folder: an EXCLUSIVE SQLite transaction held for life. The kernel frees it when the process is dead and not before:
 * there is no pid file to be wrong, and a process that was stopped and continued still owns what it owned.
 * Nobody else may open and close the lock file (a copy of the folder leaves it out): POSIX frees a process's locks on a file when it closes any descriptor of it.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { Fault, describeFault } from '../core/faults.ts';

export interface Lock {
  release(): void;
}

/** How a lock file is called, in every folder that has one; backups leave it out. */
export const lockFileName = 'lock';

const pollMs = 25;

/**
 * Becomes the owner of `path` (the lock file; its folder must be there), trying for `waitMs`. Undefined if another process, or another holder in this one, has it.
 * Throws Fault `store-unreachable` if the file cannot be used at all.
 */
export async function holdLock(
  path: string,
  { waitMs = 0, signal }: { readonly waitMs?: number; readonly signal?: AbortSignal } = {},
): Promise<Lock | undefined> {
  for (let waited = 0; ; waited += pollMs) {
    const lock = tryLock(path);
    if (lock || waited >= waitMs) return lock;
    // A real timer that keeps the process alive: at start nothing else does, and no test clock makes another process let go.
    await wait(pollMs, undefined, signal ? { signal } : {});
  }
}

function tryLock(path: string): Lock | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    // No journal: a full disk must not keep a server from starting.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    const held = database;
    return { release: () => held.isOpen && held.close() };
  } catch (cause) {
    database?.close();
    if (isBusy(cause)) return undefined;
    throw new Fault('store-unreachable', { cause, detail: `lock ${path}: ${describeFault(cause)}` });
  }
}

function isBusy(error: unknown): boolean {
  // SQLITE_BUSY and its extended codes (5, 261, 517 …).
  return typeof error === 'object' && error !== null && 'errcode' in error && (Number(error.errcode) & 255) === 5;
}
