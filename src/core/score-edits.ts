// SPDX-License-Identifier: Apache-2.0
/**
 * Score edits — what people change of scores while the server runs, and what a journal of such changes comes to. A change is undone by another one that
 * names it, and so is an undoing: nothing is ever taken out of the journal. Pure.
 */
import type { Sentence } from './sentence.ts';

/** Characters of an expression, and of a sentence of a composite, at most. */
export const composedAtMost = { expression: 2_000, sentence: 500 } as const;

/** A symbol of the operator's own: found where the expression over other symbols is not 0. */
export interface Composite {
  readonly symbol: string;
  readonly expression: string;
  readonly score: number;
  readonly says: Sentence;
}

export type ScoreEdit =
  /** null: as declared and configured again. */
  | { readonly kind: 'score'; readonly symbol: string; readonly score: number | null }
  /** In place of one of that name. */
  | ({ readonly kind: 'composite' } & Composite)
  | { readonly kind: 'no-composite'; readonly symbol: string }
  | { readonly kind: 'undo'; readonly number: number };

export interface JournalEntry {
  /** From 1, without gaps. */
  readonly number: number;
  /** Unix milliseconds. */
  readonly at: number;
  readonly by: string;
  readonly edit: ScoreEdit;
}

export interface EditedScores {
  /** Of the last entry; 0 where nobody ever changed anything. */
  readonly number: number;
  readonly scores: ReadonlyMap<string, number>;
  /** In the order in which they were first made. */
  readonly composites: readonly Composite[];
  /** Entries that were undone. */
  readonly undone: ReadonlySet<number>;
}

export const nothingEdited: EditedScores = { number: 0, scores: new Map(), composites: [], undone: new Set() };

export function editedScores(journal: readonly JournalEntry[]): EditedScores {
  const undone = new Set<number>();
  for (const { number, edit } of journal.toReversed())
    if (edit.kind === 'undo' && !undone.has(number)) undone.add(edit.number);
  const scores = new Map<string, number>();
  const composites = new Map<string, Composite>();
  for (const { number, edit } of journal) {
    if (undone.has(number)) continue;
    switch (edit.kind) {
      case 'score':
        if (edit.score === null) scores.delete(edit.symbol);
        else scores.set(edit.symbol, edit.score);
        break;
      case 'composite': {
        const { kind: _, ...composite } = edit;
        composites.set(edit.symbol, composite);
        break;
      }
      case 'no-composite':
        composites.delete(edit.symbol);
        break;
      case 'undo':
    }
  }
  return { number: journal.at(-1)?.number ?? 0, scores, composites: [...composites.values()], undone };
}
