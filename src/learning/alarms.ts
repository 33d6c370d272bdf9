// SPDX-License-Identifier: Apache-2.0
/**
 * Alarms — whether an account's labels poison the filter: how often it says the contrary of what was clear before it spoke. A person who is right
 * contradicts now and then, that is what corrections are for; more than 15 % of the time, and surely so, is a stolen account or a mistaken rule in a mail program.
 */
import type { AccountCounts } from '../store/learning/contract.ts';

/** Beyond this share contradictions are no longer corrections. */
const harmlessShare = 0.15;
const sureness = 0.99;

/** How sure it is that more than 15 % of what this account says are contradictions: the posterior of Beta(1, 1). */
export function poisonProbability({
  judged,
  contradictions,
}: Pick<AccountCounts, 'judged' | 'contradictions'>): number {
  // The upper tail of Beta(1 + c, 1 + n - c) is the lower one of a binomial of n + 1 throws: a sum of terms, each made from the one before.
  const throws = judged + 1;
  let logTerm = throws * Math.log(1 - harmlessShare);
  let sum = 0;
  for (let k = 0; k <= contradictions; k += 1) {
    sum += Math.exp(logTerm);
    logTerm += Math.log((throws - k) / (k + 1)) + Math.log(harmlessShare / (1 - harmlessShare));
  }
  return Math.min(1, sum);
}

export function isPoisonous(counts: Pick<AccountCounts, 'judged' | 'contradictions'>): boolean {
  return poisonProbability(counts) > sureness;
}

/** Whether the last label was the one that made it so: told once. */
export function hasBecomePoisonous({ judged, contradictions }: AccountCounts, isContradiction: boolean): boolean {
  if (!isContradiction || !isPoisonous({ judged, contradictions })) return false;
  return !isPoisonous({ judged: judged - 1, contradictions: contradictions - 1 });
}
