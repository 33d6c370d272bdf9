// SPDX-License-Identifier: Apache-2.0
/** Ports — changing scores while the server runs: what commands, an API and a web page call. Every change is an entry of a journal, and can be undone. */
import type { Composite, JournalEntry, ScoreEdit } from '../../core/score-edits.ts';
import type { FoundTogether } from './statistics.ts';

export interface ScoreDesk {
  /** Oldest first. */
  journal(): Promise<readonly JournalShown[]>;
  composites(): Promise<readonly Composite[]>;
  /** What the change would do to the newest labelled mail here; changes nothing. Fails with a `Mistake` where it cannot be made. */
  preview(edit: ScoreEdit): Promise<ScoreEffect>;
  /** Makes it; running servers go by it within seconds. Fails as `preview`. */
  apply(edit: ScoreEdit, by: string): Promise<JournalEntry>;
}

export interface JournalShown extends JournalEntry {
  readonly isUndone: boolean;
}

export interface ScoreEffect {
  /** Labelled messages of either kind it was tried on. */
  readonly spam: number;
  readonly ham: number;
  /** Of them those whose score changes. */
  readonly changedSpam: number;
  readonly changedHam: number;
  /** Spam that is missed and wanted mail that is marked, with the scores of now and with the change. */
  readonly before: { readonly missed: number; readonly falsePositives: number };
  readonly after: { readonly missed: number; readonly falsePositives: number };
}

/** What rules find. */
export interface RuleDesk {
  isRule(symbol: string): boolean;
  /** In so many of the newest messages of the records, and in so many of the newest labels. */
  found(last: number): Promise<readonly FoundTogether[]>;
  /** Of the rules of the configuration. */
  stopwatch(): Promise<{ see(message: Buffer): void; micros(): ReadonlyMap<string, number> }>;
}
