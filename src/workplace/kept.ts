// SPDX-License-Identifier: Apache-2.0
/** Kept — a message that came through this server, where it still lies: in quarantine, or in the Maildir it was delivered to under the name it was given. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../core/faults.ts';
import { mailboxPath } from '../delivery/maildir/path.ts';
import { asJudged } from '../learning/as-judged.ts';
import type { KeptMessage } from '../operation/ports.ts';
import type { QuarantineStore } from '../store/quarantine/contract.ts';
import type { AttemptRecord, RecordEvent } from '../store/records/contract.ts';
import { parseAuthenticationResults } from '../wire/authres/authentication-results.ts';
import { namedFields } from '../wire/mime/named-fields.ts';
import { parseMailbox } from '../wire/smtp/path.ts';

export interface KeptParts {
  readonly quarantine: Pick<QuarantineStore, 'get' | 'open'>;
  /** Below it the mailboxes lie. */
  readonly mailFolder: string;
  readonly hostName: string;
}

/** The first copy of any of the record's messages; undefined where none is left, or another program has given it another name. */
export async function findKept({ events }: AttemptRecord, parts: KeptParts): Promise<KeptMessage | undefined> {
  for (const event of events) {
    const stored = (await inQuarantine(event, parts)) ?? (await inMailbox(event, parts));
    if (stored) return { bytes: asJudged(stored), ...resultsIn(stored, parts.hostName) };
  }
  return undefined;
}

async function inQuarantine(
  { kind, quarantineId }: RecordEvent,
  { quarantine }: KeptParts,
): Promise<Buffer | undefined> {
  if (kind !== 'quarantined' || typeof quarantineId !== 'string') return undefined;
  if (!(await quarantine.get(quarantineId))) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of quarantine.open(quarantineId)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** `mailbox bob@example.jp` or `Junk of mailbox …`, as delivery writes it. */
async function inMailbox(
  { kind, where, queueId }: RecordEvent,
  { mailFolder }: KeptParts,
): Promise<Buffer | undefined> {
  if (kind !== 'delivered' || typeof where !== 'string' || typeof queueId !== 'string') return undefined;
  const [, written = ''] = /^(?:Junk of )?mailbox (.+)$/.exec(where) ?? [];
  const mailbox = parseMailbox(written);
  if (!mailbox) return undefined;
  const inbox = mailboxPath(mailFolder, mailbox);
  // Readers of mail move it among the folders of Maildir++, whose names begin with a dot.
  const folders = (await namesIn(inbox)).filter(name => name.startsWith('.')).slice(0, foldersAtMost);
  for (const folder of ['', ...folders])
    for (const part of ['new', 'cur']) {
      const path = join(inbox, folder, part);
      const name = (await namesIn(path)).find(one => one.split('.', 2)[1]?.startsWith(`${queueId}_`));
      const bytes = name === undefined ? undefined : await readFile(join(path, name)).catch(ifMissing);
      if (bytes) return bytes;
    }
  return undefined;
}

const foldersAtMost = 500;

async function namesIn(path: string): Promise<readonly string[]> {
  return (await readdir(path).catch(ifMissing)) ?? [];
}

function ifMissing(error: unknown): undefined {
  if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return undefined;
  throw error;
}

const findResults = namedFields(['authentication-results']);

/** What we wrote, which stands above what others did. */
function resultsIn(stored: Buffer, hostName: string): { readonly results?: string } {
  const [first] = findResults(stored);
  const isOurs = first && parseAuthenticationResults(first.raw)?.authservId === hostName.toLowerCase();
  return isOurs ? { results: first.raw.replace(/\s+/g, ' ').trim() } : {};
}
