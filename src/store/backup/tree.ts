// SPDX-License-Identifier: Apache-2.0
/** Tree — the names of all files of a folder that a backup takes, relative to it, with `/` between. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFileName } from '../lock.ts';
import { isMissing } from '../files.ts';

/** Locks, what SQLite keeps beside a database that is open (its copy is made by SQLite), and what is not finished. */
function isLeftOut(name: string): boolean {
  return name === lockFileName || /\.db-(?:wal|shm|journal)$|\.tmp$/.test(name);
}

/** Links are followed, each folder once: mail may lie on another disk. Sockets and the like are left out. */
export async function filesUnder(folder: string, within = ''): Promise<readonly string[]> {
  const seen = new Set<string>();
  const names: string[] = [];
  const look = async (path: string): Promise<void> => {
    const real = await realpath(join(folder, path));
    if (seen.has(real)) return;
    seen.add(real);
    for (const name of await readdir(real)) {
      const one = path === '' ? name : `${path}/${name}`;
      if (isLeftOut(name)) continue;
      const found = await statOrGone(join(folder, one));
      if (found?.isDirectory()) await look(one);
      else if (found?.isFile()) names.push(one);
    }
  };
  try {
    await look(within);
  } catch (error) {
    if (within === '' || !isMissing(error)) throw error;
  }
  return names.sort();
}

async function statOrGone(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
