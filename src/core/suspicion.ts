// SPDX-License-Identifier: Apache-2.0
/** Suspicion — what the checks at connect come to: how long a client waits for its greeting, and how slowly it is answered; and the wait itself. */
export interface Suspicion {
  /** The sum of what was found; positive speaks against it. */
  readonly points: number;
  /** A symbol advises to let it wait, whatever its points. */
  readonly isDelayed: boolean;
  /** The operator's list lets it in. */
  readonly isAllowed: boolean;
  /** All that speaks against it is told of by symbols that patience answers: its name. */
  readonly isAnswerable: boolean;
  /** The symbol that speaks most against it, where one does. */
  readonly because?: string;
}

/** A wait for the greeting, when it is over. */
export interface Wait {
  readonly ms: number;
  /** `no-place`: last for a place inside, since its address had all that it may have. */
  readonly why: 'stranger' | 'suspect' | 'early-talk' | 'no-place';
  /** It spoke while it waited. */
  readonly hasTalked: boolean;
  /** `refused`: it was sent away for want of room. */
  readonly end: 'over' | 'hang-up' | 'refused' | 'drained';
}

export const noSuspicion: Suspicion = { points: 0, isDelayed: false, isAllowed: false, isAnswerable: false };
