// SPDX-License-Identifier: Apache-2.0
/** Clopper-Pearson — the exact 95 % interval of a share (1934): never narrower than it says, also for none in a thousand. In percent. */
import type { Figure } from './metrics.ts';

const tail = 0.025;

export function clopperPearson(count: number, of: number): Figure {
  const low = count === 0 ? 0 : quantile(tail, count, of - count + 1);
  const high = count === of ? 1 : quantile(1 - tail, count + 1, of - count);
  return { value: (100 * count) / of, low: 100 * low, high: of === 0 ? NaN : 100 * high };
}

/** The beta distribution's, by halving: sixty steps are more than a double can tell apart. */
function quantile(share: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (betaShare(middle, a, b) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The regularised incomplete beta function, by its continued fraction (Lentz). */
function betaShare(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaShare(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a;
  const least = 1e-300;
  const away = (value: number): number => (Math.abs(value) < least ? least : value);
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let c = 1;
  let fraction = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-13) break;
  }
  return front * fraction;
}

/** Lanczos, g = 7. */
function logGamma(value: number): number {
  const terms = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  const x = value - 1;
  const t = x + 7.5;
  const sum = terms.reduce((so, term, i) => (i === 0 ? term : so + term / (x + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(t) - t + Math.log(sum);
}
