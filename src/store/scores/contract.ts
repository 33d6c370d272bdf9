// SPDX-License-Identifier: Apache-2.0
/**
 * ScoreJournal — who changed which score when: an ordered journal that only grows. An entry is on disk when its promise resolves; other processes see it
 * with their next reading. Rejects with the faults of stores.
 */
import type { JournalEntry, ScoreEdit } from '../../core/score-edits.ts';

export interface ScoreJournal {
  /** All of it, in order. */
  read(): Promise<readonly JournalEntry[]>;
  /** The new entry; undefined, and nothing is written, where the journal is not at number `after` any more: somebody else was quicker. */
  append(
    change: { readonly at: number; readonly by: string; readonly edit: ScoreEdit },
    after: number,
  ): Promise<JournalEntry | undefined>;
}
