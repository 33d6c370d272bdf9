// SPDX-License-Identifier: Apache-2.0
/**
 * Metrics — how well a filter told spam from ham, in the figures of the TREC spam track (Cormack 2007), in percent, with 95 % confidence intervals.
 * A figure of something that did not occur (no ham, no spam) is NaN.
 */
export interface Outcome {
  readonly label: 'spam' | 'ham';
  readonly score: number;
  readonly isSpam: boolean;
  readonly probability?: number;
}

export interface Figure {
  readonly value: number;
  /** Ends of the 95 % confidence interval. */
  readonly low: number;
  readonly high: number;
}

export interface Metrics {
  readonly messages: number;
  readonly ham: number;
  readonly spam: number;
  /** Ham taken for spam: the false positive rate (誤検出率). */
  readonly hm: Figure;
  /** Spam taken for ham: the false negative rate (見逃し率). */
  readonly sm: Figure;
  /** 100 − sm (検出率). */
  readonly detection: Figure;
  /** The mean of hm and sm in log-odds. */
  readonly lam: number;
  /** How often a random ham stands above a random spam, in percent: the area over the ROC curve. */
  readonly oneMinusRoca: Figure;
  /** Spam missed at the lowest threshold that misjudges no more than one ham in a thousand. */
  readonly smAtHm01: Figure;
}

const z = 1.959964;

export function measure(outcomes: readonly Outcome[]): Metrics {
  const ham = outcomes.filter(outcome => outcome.label === 'ham');
  const spam = outcomes.filter(outcome => outcome.label === 'spam');
  const hamTaken = ham.filter(outcome => outcome.isSpam).length;
  const spamMissed = spam.filter(outcome => !outcome.isSpam).length;
  const threshold = thresholdAt(ham, 0.001);
  return {
    messages: outcomes.length,
    ham: ham.length,
    spam: spam.length,
    hm: wilson(hamTaken, ham.length),
    sm: wilson(spamMissed, spam.length),
    detection: wilson(spam.length - spamMissed, spam.length),
    lam: logisticMean(hamTaken, ham.length, spamMissed, spam.length),
    oneMinusRoca: areaOver(
      ham.map(one => one.score),
      spam.map(one => one.score),
    ),
    smAtHm01: wilson(spam.filter(outcome => outcome.score <= threshold).length, spam.length),
  };
}

/** The score above which at most `share` of the ham lies: what is judged spam scores more. */
export function thresholdAt(ham: readonly { readonly score: number }[], share: number): number {
  const scores = ham.map(one => one.score).sort((a, b) => b - a);
  return scores[Math.floor(ham.length * share)] ?? Number.NEGATIVE_INFINITY;
}

/** Wilson's interval (1927), in percent: honest also near 0 and 100. */
export function wilson(count: number, of: number): Figure {
  const share = count / of;
  const middle = (share + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  // At the ends middle and half are equal but for rounding.
  const low = count === 0 ? 0 : Math.max(0, middle - half);
  const high = count === of ? 1 : Math.min(1, middle + half);
  return { value: 100 * share, low: 100 * low, high: 100 * high };
}

/** Counts of zero are taken as half a message, or the mean of log-odds would be without end. */
function logisticMean(hamTaken: number, ham: number, spamMissed: number, spam: number): number {
  const logOdds = (count: number, of: number): number => {
    const near = Math.min(Math.max(count, 0.5), of - 0.5);
    return Math.log(near / (of - near));
  };
  return 100 / (1 + Math.exp(-(logOdds(hamTaken, ham) + logOdds(spamMissed, spam)) / 2));
}

/** By ranks, ties as halves; the interval by DeLong's variance (1988) of the logit, which stays between 0 and 100. */
function areaOver(ham: readonly number[], spam: readonly number[]): Figure {
  const ofHam = placements(ham, spam);
  const ofSpam = placements(spam, ham).map(below => 1 - below);
  // Each placement is the share of spam below that ham (or of ham above that spam): their mean is the area over the curve.
  const area = mean(ofHam);
  const variance = varianceOf(ofHam) / ham.length + varianceOf(ofSpam) / spam.length;
  const least = 0.5 / (ham.length * spam.length);
  const inside = Math.min(Math.max(area, least), 1 - least);
  const logit = Math.log(inside / (1 - inside));
  const half = (z * Math.sqrt(variance)) / (inside * (1 - inside));
  const back = (value: number): number => 100 / (1 + Math.exp(-value));
  const value = 100 * area;
  const high = area === 0 ? ruleOfThree(ham, spam) : back(logit + half);
  return { value, low: area === 0 ? 0 : Math.min(value, back(logit - half)), high: Math.max(value, high) };
}

/** Nothing misplaced says no more than that it happens to fewer than three in so many of the rarer kind. */
function ruleOfThree(ham: readonly number[], spam: readonly number[]): number {
  return Math.min(100, 300 / Math.min(ham.length, spam.length));
}

/** For each of `these` the share of `others` below it, ties as halves. */
function placements(these: readonly number[], others: readonly number[]): readonly number[] {
  const sorted = Float64Array.from(others).sort();
  return these.map(score => (lowerBound(sorted, score, false) + lowerBound(sorted, score, true)) / (2 * sorted.length));
}

/** How many are smaller than `score`, or with `orEqual` not larger. */
function lowerBound(sorted: Float64Array, score: number, orEqual: boolean): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    const at = sorted[middle] ?? 0;
    if (at < score || (orEqual && at === score)) from = middle + 1;
    else to = middle;
  }
  return from;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function varianceOf(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, values.length - 1);
}
