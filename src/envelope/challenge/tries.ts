// SPDX-License-Identifier: Apache-2.0
/**
 * Tries — how often a link was answered, and whether rightly: each answer takes a try before it is looked at, so that many at once are no more than their
 * number. Rejects where the store does; then no try is taken and nothing is proven.
 */
import type { StateStore } from '../../store/state/contract.ts';

export interface Tries {
  readonly count: number;
  /** Of the last one: Unix milliseconds. */
  readonly lastAt: number;
  readonly provenAt?: number;
}

const none: Tries = { count: 0, lastAt: 0 };

export async function triesOf(state: StateStore, id: string, now: number): Promise<Tries> {
  return parse(await state.get(keyOf(id), now));
}

/** One more than `before`; false if somebody else was first. */
export async function takeTry(
  state: StateStore,
  id: string,
  before: Tries,
  keepMs: number,
  now: number,
): Promise<boolean> {
  const next: Tries = { count: before.count + 1, lastAt: now };
  const expected = before.count === 0 ? undefined : JSON.stringify(before);
  return state.swap(keyOf(id), expected, JSON.stringify(next), keepMs, now);
}

/** It is over: whoever opens the link is told so. */
export async function noteProven(
  state: StateStore,
  id: string,
  count: number,
  keepMs: number,
  now: number,
): Promise<void> {
  await state.set(keyOf(id), JSON.stringify({ count, lastAt: now, provenAt: now } satisfies Tries), keepMs, now);
}

function keyOf(id: string): string {
  return `challenge.tries/${id}`;
}

function parse(text: string | undefined): Tries {
  const value: unknown = text === undefined ? undefined : JSON.parse(text);
  if (typeof value !== 'object' || value === null) return none;
  const of = new Map<string, unknown>(Object.entries(value));
  const [count, lastAt, provenAt] = ['count', 'lastAt', 'provenAt'].map(name => of.get(name));
  if (typeof count !== 'number' || typeof lastAt !== 'number') return none;
  return { count, lastAt, ...(typeof provenAt === 'number' ? { provenAt } : {}) };
}
