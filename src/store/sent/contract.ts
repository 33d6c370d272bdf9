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

export interface SentStore {
  append(entry: SentEntry): void;
  /** Whether `sender` has written to `recipient`; the last day, or undefined. */
  lastSent(sender: string, recipient: string): Promise<string | undefined>;
  /** Whether a message of ours had that Message-ID. */
  hasMessageId(messageId: string): Promise<boolean>;
  trim(beforeDay: string): Promise<number>;
  forget(address: string): Promise<number>;
  flush(): Promise<void>;
  close(): Promise<void>;
}
