// SPDX-License-Identifier: Apache-2.0
/** Chance — draws of a rehearsal: each thing has a source of its own, made from its names, so that one more draw here changes nothing there. */
import { seededRandom } from '../../core/random.ts';
import type { Spread } from './population.ts';

/** FNV-1a with a last mixing, 32 bits. */
export function hashOf(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const sign of parts.join('\0')) {
    hash ^= sign.codePointAt(0) ?? 0;
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export interface Chance {
  /** In [0, 1). */
  next(): number;
  /** 0 to `below` - 1. */
  below(below: number): number;
  happens(share: number): boolean;
  from(spread: Spread): number;
}

export function chanceOf(...names: readonly (string | number)[]): Chance {
  const random = seededRandom(hashOf(...names));
  const next = (): number => random.next();
  return {
    next,
    below: below => Math.floor(next() * below),
    happens: share => next() < share,
    from(spread) {
      // Always one draw, so that a sweep of the numbers compares like with like.
      const drawn = next();
      if (typeof spread === 'number') return spread;
      if ('from' in spread) return spread.from + drawn * (spread.to - spread.from);
      const { median, p95 } = spread;
      if (!(median > 0) || p95 <= median) return median;
      return median * (p95 / median) ** (normal(drawn) / normal95);
    },
  };
}

const normal95 = 1.6448536;

/** The quantile of the normal distribution; Abramowitz and Stegun 26.2.23, to 4.5e-4. */
function normal(share: number): number {
  const tail = Math.min(Math.max(Math.min(share, 1 - share), 1e-9), 0.5);
  const t = Math.sqrt(-2 * Math.log(tail));
  const z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  return share < 0.5 ? -z : z;
}
