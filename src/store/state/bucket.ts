// SPDX-License-Identifier: Apache-2.0
/** Bucket — tokens that come back with time: what is left, and when there is enough again. */
import type { Taken } from './contract.ts';

export interface Bucket {
  readonly level: number;
  /** The instant the level was true. */
  readonly at: number;
}

/** Takes `tokens` out if they are there; the level afterwards and when the bucket is full again. Without a bucket, a full one. */
export function fillBucket(
  before: Bucket | undefined,
  tokens: number,
  ratePerSecond: number,
  burst: number,
  now: number,
): { readonly level: number; readonly fullInMs: number; readonly taken: Taken } {
  const passedMs = before ? Math.max(0, now - before.at) : 0;
  const filled = Math.min(burst, (before?.level ?? burst) + (passedMs / 1_000) * ratePerSecond);
  // Rounding must not keep out one who waited as long as it was told.
  const isEnough = tokens <= filled + 1e-9;
  const level = isEnough ? Math.max(0, filled - tokens) : filled;
  // More than the bucket holds is never there.
  const missing = tokens > burst ? Number.POSITIVE_INFINITY : tokens - filled;
  return {
    level,
    fullInMs: level >= burst ? 0 : (1_000 * (burst - level)) / ratePerSecond,
    taken: { isEnough, waitMs: isEnough ? 0 : Math.ceil((1_000 * missing) / ratePerSecond) },
  };
}
