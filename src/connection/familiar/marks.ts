// SPDX-License-Identifier: Apache-2.0
/**
 * Marks — how much of a sender's mail we marked or refused lately for what it says. They halve every two weeks, so that who has mended is forgiven. Pure.
 * Instants are Unix ms.
 */
import type { FamiliarEntry } from './entry.ts';

const halfLifeMs = 14 * 86_400_000;
/** Fewer may all be mistakes of the filter. */
const badFrom = 4;

export interface Marks {
  readonly count: number;
  readonly at: number;
}

/** As of `now`; a clock that was set back makes none heavier. */
export function marksNow(
  { marked = 0, markedAt = 0 }: Pick<FamiliarEntry, 'marked' | 'markedAt'>,
  now: number,
): number {
  return marked * 2 ** (-Math.max(0, now - markedAt) / halfLifeMs);
}

/** Undefined of a sender in good standing: with few marks, with more wanted mail than marked, or put in by the operator. */
export function badMarks(entry: FamiliarEntry): Marks | undefined {
  const { marked = 0, markedAt = 0, wanted, isAdded = false, isFamiliar } = entry;
  if (isAdded || isFamiliar || marked < badFrom || marked < wanted) return undefined;
  return { count: marked, at: markedAt };
}

/** Those of `badMarks`, at some later time: 0 when they have worn off. */
export function wornMarks({ count, at }: Marks, now: number): number {
  const left = marksNow({ marked: count, markedAt: at }, now);
  return left < badFrom - 1 ? 0 : Math.max(1, Math.round(left));
}
