// SPDX-License-Identifier: Apache-2.0
/** Challenges — whether senders can prove here to be persons. Lent under the name `challenges`. */
declare module '../check/services.ts' {
  interface Services {
    readonly challenges: Challenges;
  }
}

export interface Challenges {
  /** Whether there is a page for it. */
  readonly isOn: boolean;
}
