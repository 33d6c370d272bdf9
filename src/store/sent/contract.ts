// SPDX-License-Identifier: Apache-2.0
/** SentStore — the log of what our own senders sent: who wrote to whom, when, under which Message-ID. Familiarity and bounces are judged by it. */
export interface SentEntry {
  /** Formatted addresses. */
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly messageId: string;
  /** Day of sending, UTC, `2026-01-31`. */
  readonly day: string;
}

/** Addresses are compared without case. */
export interface SentStore {
  /** Returns at once: written within 1 s together with others, a loss at a kill is at most that. Never throws for want of disk; trouble is told to who opened the store. */
  append(entry: SentEntry): void;
  /** The last day `sender` wrote to `recipient`, or undefined; also of what is not yet written. */
  lastSent(sender: string, recipient: string): Promise<string | undefined>;
  /** Whether `sender` wrote to anybody on that day or later; also of what is not yet written. */
  hasSentSince(sender: string, day: string): Promise<boolean>;
  /** Whether a message of ours had that Message-ID. */
  hasMessageId(messageId: string): Promise<boolean>;
  /** Removes what is only of days before; returns how many things went: pairs of sender and recipient, and Message-IDs. */
  trim(beforeDay: string): Promise<number>;
  /** Removes an address as sender and as recipient, with the Message-IDs it gave; returns as `trim`. */
  forget(address: string): Promise<number>;
  flush(): Promise<void>;
  close(): Promise<void>;
}
