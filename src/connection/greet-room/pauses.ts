// SPDX-License-Identifier: Apache-2.0
/** Pauses — how long who waits for what. Pure: the room and the tarpit add the clock. */
import type { Suspicion } from '../../core/suspicion.ts';
import type { GreetOptions } from './options.ts';

type Borders = Pick<
  GreetOptions,
  'clean' | 'suspectLeast' | 'suspectMost' | 'suspectFrom' | 'worstAt' | 'trustedFrom' | 'tarpit'
>;

export function isSuspect({ points, isDelayed, isAllowed }: Suspicion, { suspectFrom }: Borders): boolean {
  return !isAllowed && (isDelayed || points >= suspectFrom);
}

/** Before the greeting. */
export function greetMs(suspicion: Suspicion, options: Borders): number {
  if (isSuspect(suspicion, options)) return between(options.suspectLeast, options.suspectMost, suspicion, options);
  return suspicion.isAllowed || suspicion.points <= options.trustedFrom ? 0 : options.clean;
}

/** Before the answer to MAIL or RCPT. */
export function replyMs(suspicion: Suspicion, options: Borders): number {
  const { replyLeast, replyMost } = options.tarpit;
  return isSuspect(suspicion, options) ? between(replyLeast, replyMost, suspicion, options) : 0;
}

/** Before the refusal of a recipient, the `nth` of this connection (from 1). */
export function unknownMs(nth: number, { tarpit }: Borders): number {
  return Math.min(tarpit.unknownMost, tarpit.unknownFirst * 2 ** Math.min(nth - 1, 20));
}

/** Before the first recipient of one whose name alone speaks against it. */
export function patienceMs(suspicion: Suspicion, options: Borders): number {
  const { patienceLeast, patienceMost } = options.tarpit;
  if (!suspicion.isAnswerable || !isSuspect(suspicion, options)) return 0;
  return between(patienceLeast, patienceMost, suspicion, options);
}

/** Where fewer places are left, waits become shorter: from the whole of them while half is free down to a fifth. */
export function shrunk(ms: number, taken: number, places: number): number {
  const free = places > 0 ? Math.max(0, 1 - taken / places) : 0;
  return Math.round(ms * Math.min(1, 0.2 + 1.6 * free));
}

function between(least: number, most: number, { points }: Suspicion, { suspectFrom, worstAt }: Borders): number {
  const share = worstAt > suspectFrom ? (points - suspectFrom) / (worstAt - suspectFrom) : 1;
  return Math.round(least + Math.min(1, Math.max(0, share)) * Math.max(0, most - least));
}
