// SPDX-License-Identifier: Apache-2.0
/** Stored entry — a queue entry as JSON and bytes and back: header prefixes are bytes, not text, and stay so. */
import type { QueueEntryInput, QueueRecipient } from './contract.ts';
import type { Standing } from './journal.ts';

/** A body over 1 MiB is in a file of its own. */
export interface BodyFile {
  readonly name: string;
  readonly crc: number;
}

interface StoredRecipient extends Omit<QueueRecipient, 'prefix'> {
  readonly prefixBytes: number;
}

/** The JSON of a `put` record; a `copy` also has its standing. After it come the prefixes, in order, and the body if it is no file. */
export interface StoredEntry extends Omit<QueueEntryInput, 'prefix' | 'recipients'> {
  readonly sizeBytes: number;
  readonly prefixBytes: number;
  readonly recipients: readonly StoredRecipient[];
  readonly file?: BodyFile;
  readonly standing?: Standing;
}

export interface EncodedEntry {
  readonly json: StoredEntry;
  readonly prefixes: readonly Buffer[];
}

export function encodeEntry(entry: QueueEntryInput, sizeBytes: number, file: BodyFile | undefined): EncodedEntry {
  const prefixes: Buffer[] = entry.prefix.length > 0 ? [entry.prefix] : [];
  const recipients: StoredRecipient[] = [];
  // Written out: to take an object apart and put it together again costs as much as to make its JSON.
  for (const { address, original, handling, prefix, score, reason } of entry.recipients) {
    recipients.push({ address, original, handling, score, reason, prefixBytes: prefix.length });
    if (prefix.length > 0) prefixes.push(prefix);
  }
  const { id, attemptId, acceptedAt, sender, cuts, isOurs, canBounce, hops, shown } = entry;
  const prefixBytes = entry.prefix.length;
  return {
    json: {
      id,
      attemptId,
      acceptedAt,
      sender,
      cuts,
      isOurs,
      canBounce,
      hops,
      shown,
      sizeBytes,
      prefixBytes,
      recipients,
      ...(file && { file }),
    },
    prefixes,
  };
}

export function decodeEntry(
  json: StoredEntry,
  blobs: Buffer,
): { readonly entry: QueueEntryInput; readonly body: Buffer } {
  const { sizeBytes: _, prefixBytes, recipients, file: _file, standing: _standing, ...rest } = json;
  let at = 0;
  const next = (bytes: number) => blobs.subarray(at, (at += bytes));
  const prefix = next(prefixBytes);
  const whole = recipients.map(({ prefixBytes: own, ...recipient }) => ({ ...recipient, prefix: next(own) }));
  return { entry: { ...rest, prefix, recipients: whole }, body: blobs.subarray(at) };
}
