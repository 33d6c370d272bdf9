// SPDX-License-Identifier: Apache-2.0
/** Schedule — when a message is tried again, when its sender hears that it is late, and when it is given up. */
import type { Random } from '../core/random.ts';

export interface ScheduleOptions {
  readonly retryAfter: readonly number[];
  readonly giveUpAfter: number;
  readonly warnAfter: number;
}

/** A fifth less to a fifth more, so that what failed together does not come back together. */
const jitter = 0.2;

/** Milliseconds until the next try, after `attempts` tries that came before this one. */
export function waitAfter(attempts: number, { retryAfter }: ScheduleOptions, random: Random): number {
  const wait = retryAfter[Math.min(attempts, retryAfter.length - 1)] ?? 0;
  return Math.round(wait * (1 - jitter + 2 * jitter * random.next()));
}

/** The longest wait the schedule can make: a stored instant farther away than this was written by a clock that was wrong. */
export function longestWait({ retryAfter }: ScheduleOptions): number {
  return Math.ceil(Math.max(...retryAfter) * (1 + jitter));
}

/**
 * How long a message has been tried. An instant of acceptance in the future says nothing (the clock was set back):
 * the waits of the tries it had are counted instead, so that nothing is tried for ever.
 */
export function ageOf(acceptedAt: number, attempts: number, now: number, { retryAfter }: ScheduleOptions): number {
  if (acceptedAt <= now) return now - acceptedAt;
  const last = retryAfter.at(-1) ?? 0;
  const listed = retryAfter.slice(0, attempts).reduce((sum, wait) => sum + wait, 0);
  return listed + Math.max(0, attempts - retryAfter.length) * last;
}
