// SPDX-License-Identifier: Apache-2.0
/**
 * Privileges — started as root with `server.user` set: stores are opened as that user, ports are bound as root, then root is given up for good.
 * Without a user, or not as root, nothing of this happens. Every folder that has to be made for the data, parents too, is that user's alone (0700).
 */
import { chown, lchown, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault } from '../core/faults.ts';
import type { Host } from './host.ts';

export interface Who {
  readonly user?: string | undefined;
  readonly group?: string | undefined;
}

export async function becomeUser(
  { user, group }: Who,
  dataPath: string,
  { privileges }: Pick<Host, 'privileges'>,
): Promise<void> {
  if (!user || !privileges.isRoot) return;
  try {
    const { uid, gid } = idsOf(user, group, privileges);
    for (const folder of await missingFolders(dataPath)) {
      await mkdir(folder, { mode: 0o700 });
      // Not through a link that somebody put in its place meanwhile.
      await lchown(folder, uid, gid);
    }
    await chown(dataPath, uid, gid);
    privileges.become(user, group);
  } catch (cause) {
    throw new Fault('bad-configuration', { detail: `server.user ${user}`, cause });
  }
}

/**
 * A command of root works on a data folder as that folder's owner: what it left there as root's the server could not read, and would not start.
 * The group's further rights stay root's; files that root alone may read are to be piped in.
 */
export async function actAsOwner(who: Who, dataPath: string, host: Pick<Host, 'privileges'>): Promise<void> {
  const { privileges } = host;
  if (!privileges.isRoot) return;
  if ((await missingFolders(dataPath)).length > 0) return becomeUser(who, dataPath, host);
  const { uid, gid } = await stat(dataPath);
  if (uid !== 0) privileges.become(uid, gid);
}

/**
 * Lets root make a data folder (`work`) and gives all of it to the owner that the folder had before, or to `server.user`: root may have to read what that
 * user may not. Without either it stays root's.
 */
export async function makeForOwner<T>(
  { user, group }: Who,
  dataPath: string,
  { privileges }: Pick<Host, 'privileges'>,
  work: () => Promise<T>,
): Promise<T> {
  if (!privileges.isRoot) return work();
  const before = (await missingFolders(dataPath)).length > 0 ? undefined : await stat(dataPath);
  const done = await work();
  const owner = before && before.uid !== 0 ? before : user ? idsOf(user, group, privileges) : undefined;
  if (!owner) return done;
  for (const name of ['', ...(await readdir(dataPath, { recursive: true }))])
    await lchown(join(dataPath, name), owner.uid, owner.gid);
  return done;
}

function idsOf(user: string, group: string | undefined, privileges: Host['privileges']) {
  privileges.become(user, group);
  const ids = privileges.ids();
  privileges.becomeRootAgain();
  return ids;
}

/** What has to be made for that path to be there, outermost first. */
async function missingFolders(path: string): Promise<readonly string[]> {
  const isThere = await stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  return isThere ? [] : [...(await missingFolders(dirname(path))), path];
}

export function bindAsRoot({ user }: Who, { privileges }: Host): void {
  if (user && privileges.isRoot) privileges.becomeRootAgain();
}

export function giveUpRoot({ user, group }: Who, { privileges }: Host): void {
  if (user && privileges.isRoot) privileges.giveUp(user, group);
}
