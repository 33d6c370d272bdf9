// SPDX-License-Identifier: Apache-2.0
/** QuarantineStore — messages held back for one recipient each, whole and unchanged, until released, deleted or too old. */
import type { Address } from '../../core/address.ts';
import type { Sender } from '../../core/envelope.ts';

export interface QuarantineEntry {
  /** Queue id and recipient make it, so that a second put of the same is no double: `<queue id>-<n>`; at most 64 small letters, digits and hyphens. */
  readonly id: string;
  readonly attemptId: string;
  readonly storedAt: number;
  readonly sender: Sender;
  readonly recipient: Address;
  /** The address the client gave at RCPT, before aliases. */
  readonly original: Address;
  /** Header From and Subject for lists people read; cut at 200 signs. */
  readonly from: string;
  readonly subject: string;
  readonly score: number;
  /** Why it is here, in words. */
  readonly reason: { readonly en: string; readonly ja: string };
  readonly sizeBytes: number;
  readonly isReleased: boolean;
}

export interface QuarantineQuery {
  /** As delivered to or as given at RCPT, without case. */
  readonly recipient?: string;
  /** Any part of the addresses, From, Subject or id. */
  readonly text?: string;
  /** Entries older than this one, for paging. */
  readonly before?: { readonly storedAt: number; readonly id: string };
  readonly includesReleased?: boolean;
  readonly limit: number;
}

export interface QuarantineStore {
  /** Durable (synced) when it resolves; the same id again changes nothing. Rejects with `disk-full`, `store-unreachable`, or `bad-input` on an id that is none. */
  put(
    entry: Omit<QuarantineEntry, 'sizeBytes' | 'isReleased'>,
    message: AsyncIterable<Buffer>,
  ): Promise<QuarantineEntry>;
  get(id: string): Promise<QuarantineEntry | undefined>;
  /** Newest first. */
  list(query: QuarantineQuery): Promise<readonly QuarantineEntry[]>;
  /** The message as it would have been delivered. Throws Fault `store-broken` if its bytes are gone. */
  open(id: string): AsyncIterable<Buffer>;
  /** False if there is none with that id, as in `remove`. */
  markReleased(id: string): Promise<boolean>;
  remove(id: string): Promise<boolean>;
  /** Removes what was stored before `before`, and the oldest beyond `maxBytes`; the entries that went. */
  trim(before: number, maxBytes: number): Promise<readonly QuarantineEntry[]>;
  close(): Promise<void>;
}

export const quarantineIdPattern = /^[0-9a-z][0-9a-z-]{0,63}$/;
