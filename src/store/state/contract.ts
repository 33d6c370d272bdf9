// SPDX-License-Identifier: Apache-2.0
/**
 * StateStore — small facts with a lifetime, shared by all processes: who is known, rate windows, tokens, leases, caches of answers.
 * Every verb is atomic across processes and takes `now` (Unix ms): expiry is compared in the store's own terms, so that tests and rehearsals turn the clock.
 * An instant in the future (a clock set back) counts as now: nobody waits longer than the lifetime. Values are at most 64 kB (`bad-input` else).
 * Values, counters, buckets, held sets and leases each have keys of their own. Whoever lives until an instant is gone at that instant.
 * A verb sees what was done before it was called by any verb that had resolved, in whichever process. Not synchronous to disk: a crash may lose the last second.
 */
export interface StateStore {
  get(key: string, now: number): Promise<string | undefined>;
  /** Keeps `value` for `ttlMs`, replacing what was there. */
  set(key: string, value: string, ttlMs: number, now: number): Promise<void>;
  /** Keeps `value` only if nothing lives there; the value that is there afterwards. */
  settle(key: string, value: string, ttlMs: number, now: number): Promise<string>;
  /** Replaces `expected` (undefined: nothing) by `next`; false if something else was there. */
  swap(key: string, expected: string | undefined, next: string, ttlMs: number, now: number): Promise<boolean>;
  /** Adds `by` to a counter whose window of `windowMs` began with its first count; the new count. */
  count(key: string, by: number, windowMs: number, now: number): Promise<number>;
  /** Takes `tokens` from a bucket of `burst` refilled by `ratePerSecond`; whether there were enough (none are taken else), and when there will be. */
  take(key: string, tokens: number, ratePerSecond: number, burst: number, now: number): Promise<Taken>;
  /** Notes that `member` is alive for `ttlMs`; how many live members the set has. */
  hold(key: string, member: string, ttlMs: number, now: number): Promise<number>;
  /** Takes `member` out of a held set, or with no member removes the key whatever it holds, a lease too. */
  remove(key: string, now: number, member?: string): Promise<void>;
  /** Living values whose keys have that prefix and come after `after`, in the order of their UTF-8 bytes. */
  list(prefix: string, after: string, limit: number, now: number): Promise<readonly StateEntry[]>;
  /** Makes `holder` the owner of `name` until `now + ttlMs`, or prolongs it; false while another owns it. */
  lease(name: string, holder: string, ttlMs: number, now: number): Promise<boolean>;
  /** Deletes what has expired; called now and then by the owner of a lease. */
  tidy(now: number): Promise<void>;
  close(): Promise<void>;
}

export interface Taken {
  readonly isEnough: boolean;
  /** 0 if enough, else milliseconds until as many tokens are there; Infinity if they never will be (more than `burst`). */
  readonly waitMs: number;
}

export interface StateEntry {
  readonly key: string;
  readonly value: string;
  readonly expiresAt: number;
}

export const valueLimitBytes = 65_536;

const pageSize = 500;

/** All that `list` has under a prefix, in the order of the keys; what is written meanwhile may be among it. Rejects where the store does. */
export async function* storedUnder(
  state: Pick<StateStore, 'list'>,
  prefix: string,
  now: number,
): AsyncGenerator<StateEntry, void, undefined> {
  for (let after = ''; ;) {
    const page = await state.list(prefix, after, pageSize, now);
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < pageSize) return;
    after = last.key;
  }
}
