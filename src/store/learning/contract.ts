// SPDX-License-Identifier: Apache-2.0
/**
 * LearningStore — the learning log: every act of training is one entry of an append-only, ordered log, and every undoing of one is an entry too.
 * Numbers begin at 1 and have no gaps; once n was read, no entry before n ever appears, whichever process wrote it.
 * An entry is on disk when its promise resolves. Rejects with Fault `store-unreachable` or `disk-full`, and then nothing was written.
 */
import type { Kind } from '../../core/kinds.ts';

export type Label = 'spam' | 'ham';
export type Source = 'person' | 'automatic' | 'import';

/** What one extractor saw in the message, coded by the extractor's owner; the store keeps the bytes as they are. */
export interface Extracted {
  readonly version: number;
  readonly features: Uint8Array;
}

export interface TrainingEntry {
  readonly n: number;
  readonly at: number;
  /** Whose word it is: a user's address, or the name of the part that learned by itself. */
  readonly by: string;
  readonly source: Source;
  readonly label: Label;
  readonly messageId: string;
  readonly extractors: Readonly<Record<string, Extracted>>;
  /** What was found when the message was judged, for the views that learn from verdicts. */
  readonly findings?: readonly { readonly symbol: string; readonly share: number }[];
  /** Log-odds of spam as the filter had them before it learned this: where they were clear, the label contradicts or confirms them. */
  readonly logOdds?: number;
  /** What made an automatic label: whatever learns from this entry gives it no weight. */
  readonly evidence?: readonly string[];
  /** Of what kind the message is, as whoever taught it said. */
  readonly kind?: Kind;
  /** Identities that the message had proven when it was judged: for the view that counts what people say of each. */
  readonly proven?: readonly string[];
  /** The number of the entry that revoked this one, if it had been appended when this one was read. */
  readonly revokedBy?: number;
}

/** What is to be undone among the entries before it; `day` is a UTC day, `2026-01-31`. */
export type Revoke =
  | { readonly entry: number }
  | { readonly user: string }
  | { readonly day: string }
  | { readonly source: Source };

export interface RevocationEntry {
  readonly n: number;
  readonly at: number;
  readonly by: string;
  readonly revoke: Revoke;
  /** The lowest number it undid, and how many entries: only such as were not undone before. */
  readonly first: number;
  readonly entries: number;
}

export type LearningEntry = TrainingEntry | RevocationEntry;
export type NewTraining = Omit<TrainingEntry, 'n' | 'revokedBy'>;
export type NewRevocation = Omit<RevocationEntry, 'n' | 'first' | 'entries'>;

/** An entry without what the extractors saw: for people. */
export type ListedTraining = Omit<TrainingEntry, 'extractors' | 'findings'>;
export type ListedEntry = ListedTraining | RevocationEntry;

export interface LogQuery {
  readonly user?: string;
  /** UTC. */
  readonly day?: string;
  readonly limit: number;
}

/** What one person said: entries that stand, and those taken back. */
export interface AccountCounts {
  readonly by: string;
  readonly labels: number;
  readonly revoked: number;
  /** Of `labels` those of which it is known how the filter judged before. */
  readonly judged: number;
  /** Of `judged` those that say the contrary of log-odds beyond `clearLogOdds`. */
  readonly contradictions: number;
}

export type FoundLabel = Pick<TrainingEntry, 'n' | 'label' | 'findings' | 'evidence'>;

export const clearLogOdds = 4;

export interface LearningStore {
  /** The number the entry got. */
  append(training: NewTraining): Promise<number>;
  /** The revocation as appended; undefined, and nothing is appended, if there is nothing to undo. */
  revoke(revocation: NewRevocation): Promise<RevocationEntry | undefined>;
  /** Up to `limit` entries in order, from number `n` on; all as of one instant. */
  readFrom(n: number, limit: number): Promise<readonly LearningEntry[]>;
  /** As `readFrom`, of the entries alone that name proven identities and of revocations, without what the extractors saw (`extractors` is empty). */
  readProven(n: number, limit: number): Promise<readonly LearningEntry[]>;
  /** The newest `limit` of what one person said and nobody took back, oldest first. */
  readOf(by: string, limit: number): Promise<readonly TrainingEntry[]>;
  /**
   * The newest `limit` labels that stand with what was found of the message, oldest first, without what the extractors saw; of those alone whose number
   * and time (Unix milliseconds) lie before.
   */
  readFindings(limit: number, before?: { readonly n?: number; readonly at?: number }): Promise<readonly FoundLabel[]>;
  /** The number of the last entry; 0 if the log is empty. */
  head(): Promise<number>;
  /** What stands about one message, oldest first, without what was revoked. */
  find(messageId: string): Promise<readonly Pick<TrainingEntry, 'n' | 'label' | 'source' | 'by' | 'kind'>[]>;
  /** Newest first. */
  list(query: LogQuery): Promise<readonly ListedEntry[]>;
  /** People's accounts in the order of their names, or one of them. */
  accounts(by?: string): Promise<readonly AccountCounts[]>;
  readonly snapshots: Snapshots;
  close(): Promise<void>;
}

/** States of a view, kept by the number of the last entry they hold: a saving of time, never the truth. `view` is a word of letters. */
export interface Snapshots {
  /** Newest first. */
  list(view: string): Promise<readonly number[]>;
  /** Replaces one of the same number; readers see the old or the new one, never a part. */
  save(view: string, n: number, pieces: readonly Uint8Array[]): Promise<void>;
  /** Fills `pieces` in their order; false if there is none, or it is not exactly as long as they are. */
  load(view: string, n: number, pieces: readonly Uint8Array[]): Promise<boolean>;
  remove(view: string, n: number): Promise<void>;
}

export function isRevocation(entry: LearningEntry | ListedEntry): entry is RevocationEntry {
  return 'revoke' in entry;
}

/** The first instant of a UTC day and of the next one; undefined if it is not a day. */
export function boundsOfDay(day: string): readonly [number, number] | undefined {
  const start = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(start) ? undefined : [start, start + 86_400_000];
}
