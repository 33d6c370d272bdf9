// SPDX-License-Identifier: Apache-2.0
/** Random — the only source of chance; a seed makes it repeatable. */
import { randomBytes } from 'node:crypto';

export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** `count` bytes. From `systemRandom` they are fit for secrets. */
  bytes(count: number): Buffer;
}

export const systemRandom: Random = { next: () => take(6).readUIntBE(0, 6) / 2 ** 48, bytes: take };

const poolBytes = 4_096;
// Asking the system costs 40 µs whether for seven bytes or for thousands; each byte is given out once.
let pool = Buffer.alloc(0);
let taken = 0;

function take(count: number): Buffer {
  if (count > poolBytes) return randomBytes(count);
  if (taken + count > pool.length) {
    pool = randomBytes(poolBytes);
    taken = 0;
  }
  taken += count;
  return pool.subarray(taken - count, taken);
}

/** A repeatable source: xorshift32 (Marsaglia 2003). Not for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed | 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return { next, bytes: count => Buffer.from(Array.from({ length: count }, () => Math.floor(next() * 256))) };
}
