// SPDX-License-Identifier: Apache-2.0
/** Training — how far a learned opinion may be believed: not at all while young, and by how clear it is. */
import type { Training } from './ports.ts';

/** 0 with nothing learned, 1 from `trainedAt` messages of the rarer kind on. */
export function maturity({ hamLearned, spamLearned }: Training, trainedAt: number): number {
  return Math.min(1, Math.min(hamLearned, spamLearned) / trainedAt);
}

/** 0 up to `from`, 1 from `to` on, straight between. */
export function ramp(value: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (value - from) / (to - from)));
}
