// SPDX-License-Identifier: Apache-2.0
/**
 * Strata — messages of like score, and which share of each is asked about: most where the verdict was a near thing, since there most errors lie, and some
 * everywhere, since what nobody looks at nobody knows. Which messages are asked about follows from a secret and their ids alone: nobody who
 * sends can tell, and nobody has to keep a list.
 */
import { createHmac } from 'node:crypto';

export interface Stratum {
  /** From this score on, counted from where mail is marked. */
  readonly from: number;
  /** Which share is asked about. */
  readonly probability: number;
}

/** In the order of scores. */
export const strata: readonly Stratum[] = [
  { from: -Infinity, probability: 0.02 },
  { from: -7, probability: 0.04 },
  { from: -5, probability: 0.1 },
  { from: -3, probability: 0.25 },
  { from: -1.5, probability: 0.4 },
  { from: 0, probability: 0.6 },
  { from: 1.5, probability: 0.5 },
  { from: 3, probability: 0.1 },
  { from: 7, probability: 0.04 },
];

/** The first stratum of marked mail. */
export const markedFrom = strata.findIndex(({ from }) => from === 0);

/** What was done counts more than the score: a list of the operator's marks at any score. */
export function stratumOf(score: number, markAt: number, isMarked: boolean): number {
  const at = strata.findLastIndex(({ from }) => score - markAt >= from);
  return isMarked ? Math.max(markedFrom, at) : Math.min(markedFrom - 1, at);
}

export function isAskedAbout(secret: string, id: string, { probability }: Stratum): boolean {
  const drawn = createHmac('sha256', secret).update(id).digest().readUIntBE(0, 6) / 2 ** 48;
  return drawn < probability;
}
