// SPDX-License-Identifier: Apache-2.0
/** The state store in memory, for tests, `scan` and rehearsals; stores opened on one `StateMemory` share what they keep. */
import { Fault } from '../../core/faults.ts';
import { fillBucket, type Bucket } from './bucket.ts';
import { valueLimitBytes, type StateEntry, type StateStore } from './contract.ts';
import { SortedKeys } from './sorted-keys.ts';

interface Kept<T> {
  readonly value: T;
  readonly written: number;
  readonly ttlMs: number;
}

export class StateMemory {
  /** Of `values`, and of some that have gone. */
  readonly keys = new SortedKeys();
  readonly values = new Map<string, Kept<string>>();
  readonly counters = new Map<string, Kept<number>>();
  readonly buckets = new Map<string, Kept<Bucket>>();
  readonly sets = new Map<string, Map<string, Kept<true>>>();
  readonly leases = new Map<string, Kept<string>>();
}

export function memoryStateStore(memory = new StateMemory()): StateStore {
  const { keys, values, counters, buckets, sets, leases } = memory;
  const put = (key: string, kept: Kept<string>): void => {
    if (!values.has(key)) keys.add(key);
    values.set(key, kept);
  };
  return {
    get: async (key, now) => living(values, key, now)?.value,
    async set(key, value, ttlMs, now) {
      put(key, { value: limited(value), written: now, ttlMs });
    },
    async settle(key, value, ttlMs, now) {
      limited(value);
      const found = living(values, key, now);
      if (found) return found.value;
      put(key, { value, written: now, ttlMs });
      return value;
    },
    async swap(key, expected, next, ttlMs, now) {
      limited(next);
      if (living(values, key, now)?.value !== expected) return false;
      put(key, { value: next, written: now, ttlMs });
      return true;
    },
    async count(key, by, windowMs, now) {
      const found = counters.get(key);
      const began = Math.min(found?.written ?? now, now);
      const isNew = !found || began + windowMs <= now;
      const value = isNew ? by : found.value + by;
      counters.set(key, { value, written: isNew ? now : began, ttlMs: windowMs });
      return value;
    },
    async take(key, tokens, ratePerSecond, burst, now) {
      const { level, fullInMs, taken } = fillBucket(buckets.get(key)?.value, tokens, ratePerSecond, burst, now);
      buckets.set(key, { value: { level, at: now }, written: now, ttlMs: fullInMs });
      return taken;
    },
    async hold(key, member, ttlMs, now) {
      const set = sets.get(key) ?? new Map<string, Kept<true>>();
      sets.set(key, set);
      set.set(member, { value: true, written: now, ttlMs });
      for (const other of set.keys()) if (!living(set, other, now)) set.delete(other);
      return set.size;
    },
    async remove(key, _now, member) {
      if (member !== undefined) sets.get(key)?.delete(member);
      else {
        for (const map of [values, counters, buckets, sets, leases]) map.delete(key);
        keys.remove(key);
      }
    },
    async list(prefix, after, limit, now) {
      const page: StateEntry[] = [];
      const gone: string[] = [];
      for (const key of keys.after(prefix, after)) {
        if (page.length >= limit) break;
        const found = living(values, key, now);
        if (found) page.push({ key, value: found.value, expiresAt: found.written + found.ttlMs });
        else gone.push(key);
      }
      for (const key of gone) keys.remove(key);
      return page;
    },
    async lease(name, holder, ttlMs, now) {
      const found = living(leases, name, now);
      if (found && found.value !== holder) return false;
      leases.set(name, { value: holder, written: now, ttlMs });
      return true;
    },
    async tidy(now) {
      for (const map of [values, counters, buckets, leases]) tidyMap<unknown>(map, now);
      keys.keep(key => values.has(key));
      for (const [key, set] of sets) {
        tidyMap(set, now);
        if (set.size === 0) sets.delete(key);
      }
    },
    async close() {},
  };
}

/** What lives under a key; what is from the future is written anew as of now, and what has expired is dropped. */
function living<T>(map: Map<string, Kept<T>>, key: string, now: number): Kept<T> | undefined {
  const found = map.get(key);
  if (!found) return undefined;
  if (found.written + found.ttlMs <= now) {
    map.delete(key);
    return undefined;
  }
  if (found.written <= now) return found;
  const restamped = { ...found, written: now };
  map.set(key, restamped);
  return restamped;
}

function tidyMap<T>(map: Map<string, Kept<T>>, now: number): void {
  for (const key of map.keys()) living(map, key, now);
}

function limited(value: string): string {
  const sizeBytes = Buffer.byteLength(value);
  if (sizeBytes > valueLimitBytes) throw new Fault('bad-input', { detail: `a state value of ${sizeBytes} bytes` });
  return value;
}
