// SPDX-License-Identifier: Apache-2.0
/**
 * RecordStore — what happened to every attempt, from the first packet on: an append-only list of events, searchable.
 * There is no second model of "why": replies, headers, log lines, history, `explain` and evaluation all read these events.
 */
export interface RecordEvent {
  /** Wall time, Unix milliseconds. */
  readonly at: number;
  /** `connect`, `hello`, `tls`, `sender`, `recipient`, `refused`, `message`, `verdict`, `accepted`, `delivered`, `deferred`, `failed`, `bounced`, `released`, `learned`, `close` … (record/events in check/ types them). */
  readonly kind: string;
  /** Which transaction of the attempt, from 1; absent for what concerns the connection. */
  readonly transaction?: number;
  readonly [field: string]: unknown;
}

/** What an attempt is found by. When merged, lists are united, of two actions the graver stays (by `actionsByGravity`, the later one if either is not in it), and else the later word. */
export interface RecordKeys {
  readonly client?: string;
  readonly hello?: string;
  readonly sender?: string;
  readonly recipients?: readonly string[];
  readonly queueIds?: readonly string[];
  readonly messageId?: string;
  /** Of which campaigns its messages are. */
  readonly campaigns?: readonly string[];
  /** The gravest action of the attempt so far. */
  readonly action?: string;
  readonly score?: number;
}

export interface AttemptRecord {
  readonly id: string;
  /** When the first event happened that was ever appended. */
  readonly startedAt: number;
  readonly keys: RecordKeys;
  readonly events: readonly RecordEvent[];
}

export interface RecordQuery {
  /** Any part of an address, host, id: looked for in every key, without case (ids are small letters). */
  readonly text?: string;
  /** These whole, without case. */
  readonly sender?: string;
  readonly recipient?: string;
  readonly client?: string;
  readonly action?: string;
  readonly campaign?: string;
  /** When it started: not before, not after. */
  readonly since?: number;
  readonly until?: number;
  readonly limit: number;
}

export interface RecordStore {
  /**
   * Appends to an attempt, which need not exist yet; keys are merged. Returns at once: written within 1 s in one transaction with others; a loss at a kill is at most that.
   * Never throws for want of disk: tells `onTrouble` once. An event over 64 kB keeps only `at`, `kind`, `transaction` and `cutBytes`, how large it was.
   */
  append(attemptId: string, events: readonly RecordEvent[], keys?: RecordKeys): void;
  /** The attempt with that id, or that had a message with that queue id; also what was appended and not yet written. */
  get(id: string): Promise<AttemptRecord | undefined>;
  /** Newest first by their start. */
  search(query: RecordQuery): Promise<readonly AttemptRecord[]>;
  /** Removes what is older than `before`, and the oldest beyond `maxBytes`; returns how many attempts. */
  trim(before: number, maxBytes: number): Promise<number>;
  /** Replaces an address, without case and with any extension (`bob+…@`), by a mark in every key and event that was written before (`sekisho forget`); returns how many attempts. */
  forget(address: string): Promise<number>;
  flush(): Promise<void>;
  close(): Promise<void>;
}

export const actionsByGravity = ['accept', 'mark', 'quarantine', 'challenge', 'defer', 'reject'] as const;
export const eventLimitBytes = 65_536;
/** What stands where an address was. */
export const forgottenMark = '[forgotten]';
