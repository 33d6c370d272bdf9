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
  /** How much of the symbol's weight counted, 0 to 1; absent where all of it. */
  readonly share?: number;
  /** Where the weight was learned: what it was before, and what it is. */
  readonly learned?: { readonly from: number; readonly to: number };
  /** Where another reason says the same: the trait they share a cap by, and the points it would have had. */
  readonly trait?: { readonly name: string; readonly points: number };
}

export interface ScoreNames {
  /** The beginning of the SHA-256 of the scores and of the map to probability. */
  readonly learned?: string;
  /** The number of the last change that somebody made. */
  readonly set?: number;
}

export interface Unavailable {
  readonly check: string;
  readonly reason: string;
}

export interface Verdict {
  readonly action: Action;
  /** The sum of the points of `reasons`, exactly. */
  readonly score: number;
  /** How often mail of such a score was spam here; absent where too little was labelled. Never part of the sum. */
  readonly probability?: number;
  /** Which learned scores held, and which that were set while the server ran. */
  readonly scores?: ScoreNames;
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
