// SPDX-License-Identifier: Apache-2.0
/**
 * Privileges — started as root with `server.user` set: stores are opened as that user, ports are bound as root, then root is given up for good.
 * Without a user, or not as root, nothing of this happens.
 */
import { chown, mkdir } from 'node:fs/promises';
import { Fault } from '../core/faults.ts';
import type { Host } from './host.ts';

export interface Who {
  readonly user?: string | undefined;
  readonly group?: string | undefined;
}

export async function becomeUser({ user, group }: Who, dataPath: string, { privileges }: Host): Promise<void> {
  if (!user || !privileges.isRoot) return;
  try {
    await mkdir(dataPath, { recursive: true, mode: 0o700 });
    privileges.become(user, group);
    const { uid, gid } = privileges.ids();
    privileges.becomeRootAgain();
    await chown(dataPath, uid, gid);
    privileges.become(user, group);
  } catch (cause) {
    throw new Fault('bad-configuration', { detail: `server.user ${user}`, cause });
  }
}

export function bindAsRoot({ user }: Who, { privileges }: Host): void {
  if (user && privileges.isRoot) privileges.becomeRootAgain();
}

export function giveUpRoot({ user, group }: Who, { privileges }: Host): void {
  if (user && privileges.isRoot) privileges.giveUp(user, group);
}
