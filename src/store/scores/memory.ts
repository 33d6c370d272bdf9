// SPDX-License-Identifier: Apache-2.0
/** A score journal that is forgotten with the process. */
import type { JournalEntry } from '../../core/score-edits.ts';
import type { ScoreJournal } from './contract.ts';

export function memoryScoreJournal(): ScoreJournal {
  const journal: JournalEntry[] = [];
  return {
    read: async () => [...journal],
    async append(change, after) {
      if (journal.length !== after) return undefined;
      const entry = { number: after + 1, ...change };
      journal.push(entry);
      return entry;
    },
  };
}
