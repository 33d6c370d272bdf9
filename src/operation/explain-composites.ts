// SPDX-License-Identifier: Apache-2.0
/** Explain composites — what symbols of the operator's own said when a message was judged: they may say something else since, or be gone. */
import { editedScores, type JournalEntry } from '../core/score-edits.ts';
import type { AttemptRecord } from '../store/records/contract.ts';
import type { SymbolSays } from './explain.ts';

/** Of all other symbols, as `says` has it. */
export function saysOfThen(record: AttemptRecord, journal: readonly JournalEntry[], says: SymbolSays): SymbolSays {
  const numbers = new Set(record.events.flatMap(event => setIn(event['scores']) ?? []));
  const then = new Map(
    [...numbers]
      .toSorted((a, b) => a - b)
      .flatMap(number => editedScores(journal.slice(0, number)).composites)
      .map(composite => [composite.symbol, composite.says] as const),
  );
  return symbol => then.get(symbol) ?? says(symbol);
}

/** The last change that held. */
function setIn(scores: unknown): number | undefined {
  const set: unknown = typeof scores === 'object' && scores !== null && 'set' in scores ? scores.set : undefined;
  return typeof set === 'number' ? set : undefined;
}
