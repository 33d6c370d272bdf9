// SPDX-License-Identifier: Apache-2.0
/** Deferred — what is known of an attempt that was put off, for as long as its link is good: by its id. Rejects where the store does. */
import type { StateStore } from '../../store/state/contract.ts';

export interface Deferred {
  /** As whom the client will be known when it comes again. */
  readonly identity: string;
  /** Of the sender; empty where it named none. */
  readonly domain: string;
}

export async function noteDeferred(
  state: StateStore,
  id: string,
  deferred: Deferred,
  keepMs: number,
  now: number,
): Promise<void> {
  await state.set(keyOf(id), JSON.stringify([deferred.identity, deferred.domain]), keepMs, now);
}

export async function findDeferred(state: StateStore, id: string, now: number): Promise<Deferred | undefined> {
  const text = await state.get(keyOf(id), now);
  const value: unknown = text === undefined ? undefined : JSON.parse(text);
  if (!Array.isArray(value)) return undefined;
  const [identity, domain] = value;
  return typeof identity === 'string' && typeof domain === 'string' ? { identity, domain } : undefined;
}

function keyOf(id: string): string {
  return `challenge.deferred/${id}`;
}
