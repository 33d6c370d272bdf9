// SPDX-License-Identifier: Apache-2.0
/**
 * Data folder — made and checked before anything is opened in it: ours alone (0700), writable, and no restore left half done.
 * Fails with `bad-configuration` and a sentence that says what to do; `disk-full` or `store-unreachable` if the disk refuses.
 */
import { access, chmod, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault, describeFault, errorCode } from '../core/faults.ts';
import { storeFault } from './files.ts';

/** Where things are in a data folder. */
export interface DataFolder {
  readonly path: string;
  readonly state: string;
  readonly directory: string;
  readonly records: string;
  readonly sent: string;
  readonly learning: string;
  readonly quarantine: { readonly index: string; readonly folder: string };
  /** A folder in it for each process that owns a queue. */
  readonly queue: string;
}

/** Stands in a folder while a restore fills it. */
export const unfinishedRestoreName = 'restore-unfinished';

export function dataFolderAt(path: string): DataFolder {
  return {
    path,
    state: join(path, 'state.db'),
    directory: join(path, 'directory.db'),
    records: join(path, 'records.db'),
    sent: join(path, 'sent.db'),
    learning: join(path, 'learning.db'),
    quarantine: { index: join(path, 'quarantine.db'), folder: join(path, 'quarantine') },
    queue: join(path, 'queue'),
  };
}

export async function openDataFolder(path: string): Promise<DataFolder> {
  await makeWithParents(path).catch((cause: unknown) => {
    throw refused(cause, `the data folder ${path} cannot be made`);
  });
  await keepPrivate(path);
  // Root may do everything, also where the folder is on a disk that is mounted to be read only: then the first write says so.
  await access(path, constants.R_OK | constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw refused(cause, `the data folder ${path} cannot be written to by this user`);
  });
  if (await isThere(join(path, unfinishedRestoreName))) {
    throw new Fault('bad-configuration', {
      detail: `a restore into ${path} did not finish: empty the folder and restore again`,
    });
  }
  return dataFolderAt(path);
}

/** Node's own recursion goes round for ever where a parent is there and a folder in it is still ENOENT (/proc). */
async function makeWithParents(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (errorCode(error) !== 'ENOENT' || (await isThere(dirname(path)))) throw error;
    await makeWithParents(dirname(path));
    await makeWithParents(path);
  }
}

/** Mail is private: others on this machine are kept out, also where the folder was made by hand. */
async function keepPrivate(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o077) === 0) return;
  await chmod(path, 0o700).catch((cause: unknown) => {
    throw refused(cause, `the data folder ${path} is open to other users, and this user may not close it (chmod 700)`);
  });
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return false;
    throw storeFault(cause, path);
  }
}

function refused(cause: unknown, says: string): Fault {
  const isDisk = ['ENOSPC', 'EDQUOT', 'EIO'].includes(errorCode(cause));
  return isDisk
    ? storeFault(cause, says)
    : new Fault('bad-configuration', { cause, detail: `${says}: ${describeFault(cause)}` });
}
