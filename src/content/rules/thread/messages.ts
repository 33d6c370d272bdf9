// SPDX-License-Identifier: Apache-2.0
/** What goes to the thread of the rules and comes back from it. */

export interface TrialRequest {
  /** Number of the expression; its text stands there the first time only. */
  readonly expression: number;
  readonly source?: string;
  readonly flags?: string;
  /** Its place among the texts. */
  readonly text: number;
  readonly limit: number;
}

export interface TrialsRequest {
  readonly id: number;
  /** Each once, however many expressions look at it. */
  readonly texts: readonly string[];
  readonly trials: readonly TrialRequest[];
}

export interface TrialsAnswer {
  readonly id: number;
  /** How often each hit; -1: took longer than one may; -2: not begun, since all together took longer than they may. */
  readonly hits: readonly number[];
  /** What named groups held, by the trial. */
  readonly captures: readonly (readonly [trial: number, name: string, value: string])[];
}

/** What one expression may take on one text, and all those of a message together. */
export const trialMs = 5;
export const messageMs = 50;

export const tookTooLong = -1;
export const notBegun = -2;
