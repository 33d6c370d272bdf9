// SPDX-License-Identifier: Apache-2.0
/** Verdict — what all findings come to for one recipient, and every reason for it. */
import type { Kind } from '../core/kinds.ts';
import type { Details } from '../core/sentence.ts';

/** From mildest to gravest. */
export const actions = ['accept', 'mark', 'quarantine', 'challenge', 'defer', 'reject'] as const;
export type Action = (typeof actions)[number];

export interface Reason {
  readonly check: string;
  readonly symbol: string;
  /** In hundredths of a point rounded: what the score is the sum of. */
  readonly points: number;
  readonly details: Details;
}

export interface Unavailable {
  readonly check: string;
  readonly reason: string;
}

export interface Verdict {
  readonly action: Action;
  /** The sum of the points of `reasons`, exactly. */
  readonly score: number;
  readonly reasons: readonly Reason[];
  /** What checks in mode `observe` saw, with the points it would have had. */
  readonly observed: readonly Reason[];
  readonly unavailable: readonly Unavailable[];
  /** Of what kind the mail is, as a check that counts said. */
  readonly mailKind?: Kind;
  /** The symbol that led to the action, where it was not the score. */
  readonly because?: string;
}

export function graver(a: Action, b: Action): Action {
  return actions.indexOf(a) >= actions.indexOf(b) ? a : b;
}

export function milder(a: Action, b: Action): Action {
  return actions.indexOf(a) <= actions.indexOf(b) ? a : b;
}
