// SPDX-License-Identifier: Apache-2.0
/** Kept — a message that came through this server, as it came, with what we found of it. */
import { asJudged } from '../learning/as-judged.ts';
import type { KeptMessage } from '../operation/ports.ts';
import type { QuarantineStore } from '../store/quarantine/contract.ts';
import type { AttemptRecord, RecordEvent } from '../store/records/contract.ts';
import { parseAuthenticationResults } from '../wire/authres/authentication-results.ts';
import { namedFields } from '../wire/mime/named-fields.ts';
import { parseMailbox } from '../wire/smtp/path.ts';
import { filedCopy, quarantinedCopy } from './stored-copy.ts';

export interface KeptParts {
  readonly quarantine: Pick<QuarantineStore, 'get' | 'open'>;
  /** Below it the mailboxes lie. */
  readonly mailFolder: string;
  readonly hostName: string;
}

/** The first copy of any of the record's messages; undefined where none is left, or another program has given it another name. */
export async function findKept({ events }: AttemptRecord, parts: KeptParts): Promise<KeptMessage | undefined> {
  for (const event of events) {
    const stored = await copyOf(event, parts);
    if (stored) return { bytes: asJudged(stored), ...resultsIn(stored, parts.hostName) };
  }
  return undefined;
}

async function copyOf(event: RecordEvent, { quarantine, mailFolder }: KeptParts): Promise<Buffer | undefined> {
  const { kind, quarantineId, where, queueId } = event;
  if (kind === 'quarantined' && typeof quarantineId === 'string') return quarantinedCopy(quarantine, quarantineId);
  if (kind !== 'delivered' || typeof where !== 'string' || typeof queueId !== 'string') return undefined;
  // `mailbox bob@example.jp` or `Junk of mailbox …`, as delivery writes it.
  const [, written = ''] = /^(?:Junk of )?mailbox (.+)$/.exec(where) ?? [];
  const mailbox = parseMailbox(written);
  return mailbox && filedCopy(mailFolder, mailbox, queueId);
}

const findResults = namedFields(['authentication-results']);

/** What we wrote, which stands above what others did. */
function resultsIn(stored: Buffer, hostName: string): { readonly results?: string } {
  const [first] = findResults(stored);
  const isOurs = first && parseAuthenticationResults(first.raw)?.authservId === hostName.toLowerCase();
  return isOurs ? { results: first.raw.replace(/\s+/g, ' ').trim() } : {};
}
