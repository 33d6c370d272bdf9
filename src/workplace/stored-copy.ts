// SPDX-License-Identifier: Apache-2.0
/** Stored copy — the bytes of a message that came through this server, where they still lie: in quarantine, or in a mailbox under the name they were given. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Address } from '../core/address.ts';
import { errorCode } from '../core/faults.ts';
import { isCopyOf } from '../delivery/maildir/name.ts';
import { mailboxPath } from '../delivery/maildir/path.ts';
import type { QuarantineStore } from '../store/quarantine/contract.ts';

const foldersAtMost = 500;

/** Undefined where it is gone. */
export async function quarantinedCopy(
  quarantine: Pick<QuarantineStore, 'get' | 'open'>,
  id: string,
): Promise<Buffer | undefined> {
  if (!(await quarantine.get(id))) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of quarantine.open(id)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Undefined where it is gone, or another program has given it another name. `mailFolder`: below it the mailboxes lie. */
export async function filedCopy(mailFolder: string, mailbox: Address, queueId: string): Promise<Buffer | undefined> {
  const inbox = mailboxPath(mailFolder, mailbox);
  // Readers of mail move it among the folders of Maildir++, whose names begin with a dot.
  const folders = (await namesIn(inbox)).filter(name => name.startsWith('.')).slice(0, foldersAtMost);
  for (const folder of ['', ...folders])
    for (const part of ['new', 'cur']) {
      const path = join(inbox, folder, part);
      const name = (await namesIn(path)).find(one => isCopyOf(one, queueId));
      const bytes = name === undefined ? undefined : await readFile(join(path, name)).catch(ifMissing);
      if (bytes) return bytes;
    }
  return undefined;
}

async function namesIn(path: string): Promise<readonly string[]> {
  return (await readdir(path).catch(ifMissing)) ?? [];
}

function ifMissing(error: unknown): undefined {
  if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return undefined;
  throw error;
}
