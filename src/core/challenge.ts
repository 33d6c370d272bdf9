// SPDX-License-Identifier: Apache-2.0
/** Challenge — what passes between the page on which somebody proves to be a person and those who ask for it: questions without words, answers, and what came of them. */

/** Two easy questions; the words for them are the page's. */
export interface Puzzle {
  /** A round number of tens and a digit, to be added: 20 to 80, 1 to 9. */
  readonly tens: number;
  readonly ones: number;
  /** Which of `things` is of this kind: exactly one is. */
  readonly kind: number;
  readonly things: readonly { readonly kind: number; readonly thing: number }[];
}

export const puzzleKinds = 6;
export const thingsPerKind = 8;

/** Find a text whose SHA-256, with `salt` and a colon before it, begins with `bits` zero bits. */
export interface Work {
  readonly salt: string;
  readonly bits: number;
}

/** `kept`: the message was read and is held; `deferred`: it was not, and its server is to try again. */
export type Awaited = 'kept' | 'deferred';

/** What one who answers says. Strangers' text. */
export interface GivenAnswer {
  readonly sum: string;
  /** Which of the things, from 0. */
  readonly choice: string;
  /** The text found by work; empty where none was done. */
  readonly work: string;
}

interface Told {
  readonly what: Awaited;
  /** Of the sender: A-labels, or empty. */
  readonly domain: string;
  /** When the message, or the attempt, came: Unix milliseconds. */
  readonly at: number;
}

export type Standing =
  | { readonly kind: 'unknown' | 'expired' | 'closed' | 'gone' | 'soon' }
  | (Told & { readonly kind: 'proven'; readonly isNow: boolean })
  | (Told & {
      readonly kind: 'open';
      readonly puzzle: Puzzle;
      readonly work: Work;
      readonly triesLeft: number;
      /** How long no answer is heard yet, after a wrong one. */
      readonly waitMs: number;
      readonly wasWrong: boolean;
      readonly wasEarly: boolean;
    });

/** What the page asks. Both reject where a store does; then nothing has changed for whoever asks again. */
export interface ChallengeDesk {
  /** Changes nothing: programs follow links too. */
  look(token: string): Promise<Standing>;
  /** `network` is where the browser is, for the record. */
  answer(token: string, answer: GivenAnswer, network: string): Promise<Standing>;
}
