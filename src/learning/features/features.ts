// SPDX-License-Identifier: Apache-2.0
/** Features — what the extractors see in one message, and which extractor it was: a change of what they see is a new version. */
export interface Features {
  readonly filter: Uint32Array;
  readonly osb: Uint32Array;
  readonly bayes: Uint32Array;
}

/** Raised with every change of what an extractor sees: features of another version mean something else. */
export const extractorVersions = { filter: 2, osb: 2, bayes: 2 } as const satisfies Record<keyof Features, number>;

/** At most so many different features each, 32,000 in all, in the order of the message; learning and judging are cut alike. */
export const featureLimits = { filter: 12_000, osb: 15_000, bayes: 5_000 } as const satisfies Record<
  keyof Features,
  number
>;
