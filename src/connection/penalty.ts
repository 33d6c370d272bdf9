// SPDX-License-Identifier: Apache-2.0
/** Penalty — what the operator wants of a suspicion at connect: an option of its check, from nothing at all to a refusal. */
import { z } from 'zod';
import type { Finding } from '../check/check.ts';

export const penaltyWords = ['none', 'score', 'delay', 'defer', 'reject'] as const;
export type Penalty = (typeof penaltyWords)[number];

export function penalty(initial: Penalty, when: string) {
  return z
    .enum(penaltyWords)
    .default(initial)
    .meta({
      description: `${when}: none (not even listed), score (its points count), delay (and the client waits longer for its greeting), or beyond its points defer or reject.`,
    });
}

/** The finding as the option wants it; its symbol advises `delay`, which an action of the operator's takes the place of. */
export function penalised(wanted: Penalty, finding: Finding): readonly Finding[] {
  switch (wanted) {
    case 'none':
      return [];
    case 'score':
      return [{ ...finding, action: 'accept' }];
    case 'delay':
      return [finding];
    case 'defer':
    case 'reject':
      return [{ ...finding, action: wanted }];
  }
}
