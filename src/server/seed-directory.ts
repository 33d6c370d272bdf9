// SPDX-License-Identifier: Apache-2.0
/** Seed directory — a directory that was never written to gets one mailbox, so that a first message can be tried at once. */
import type { DirectoryStore } from '../store/directory/contract.ts';

export async function seedDirectory(directory: DirectoryStore, slot: number): Promise<void> {
  if (slot !== 0 || directory.domains().length > 0) return;
  await directory.putDomain({ name: 'localhost', transport: { kind: 'maildir' }, verifiesAtNextHop: false });
  await directory.putMailbox({ address: { local: 'postmaster', domain: 'localhost' } });
}
