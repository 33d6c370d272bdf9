// SPDX-License-Identifier: Apache-2.0
/**
 * Drift — whether spam began to be missed twice as often: a cumulative sum over known spam in the order of time (Page 1954), which falls a little with each
 * message that was caught and rises with each that was missed, and never below zero. The threshold is such that without any change it is
 * reached once in as many messages as are asked for (Siegmund's formula for the run length). Pure.
 */
export interface DriftTest {
  /** Whether the change is now sure enough; from then on the sum begins anew. */
  see(isMissed: boolean): boolean;
  /** How far the sum has come, 0 to 1. */
  readonly height: number;
}

/** `usual` is the share of spam that is missed, 0 to 0.4; one false alarm in `quietFor` messages. */
export function driftTest(usual: number, quietFor: number): DriftTest {
  const share = Math.min(0.4, Math.max(1e-4, usual));
  const [rise, fall] = [Math.log(2), Math.log((1 - 2 * share) / (1 - share))];
  const threshold = thresholdFor(share, rise, fall, quietFor);
  let sum = 0;
  return {
    see(isMissed) {
      sum = Math.max(0, sum + (isMissed ? rise : fall));
      if (sum < threshold) return false;
      sum = 0;
      return true;
    },
    get height() {
      return sum / threshold;
    },
  };
}

/** Where the run length is what is asked for, by halving. */
function thresholdFor(share: number, rise: number, fall: number, quietFor: number): number {
  const drift = -(share * rise + (1 - share) * fall);
  // A sum of steps as uneven as these overshoots by less than one rise; the formula without the overshoot is on the safe side.
  const runLength = (height: number): number => (Math.exp(height) - height - 1) / drift;
  let [low, high] = [0, 30];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (runLength(middle) < quietFor) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * What is usual is itself only known from the past. Half a standard error more than was seen, and a threshold for four times as long a quiet, keep false alarms
 * below one a month where the last 30 days are looked at again every few hours: 0.4 of them. Without both it
 * was two a month.
 */
const caution = { standardErrors: 0.5, quiet: 4 };
/** Of what is known, the older part that says what is usual. */
const usualShare = 0.75;
/** Below so many misses nobody knows what is usual. */
const leastMisses = 30;

/** Known spam of a span in the order of time, with about one false alarm in `quietFor` of it at the most. Times of alarms in its newest quarter; undefined where too little is known. */
export function alarmsIn(
  known: readonly { readonly at: number; readonly isMissed: boolean }[],
  quietFor: number,
): readonly number[] | undefined {
  const older = Math.floor(known.length * usualShare);
  const misses = known.slice(0, older).filter(one => one.isMissed).length;
  if (misses < leastMisses) return undefined;
  const usual = (misses + caution.standardErrors * Math.sqrt(misses)) / older;
  const test = driftTest(usual, quietFor * caution.quiet);
  return known.slice(older).flatMap(({ at, isMissed }) => (test.see(isMissed) ? [at] : []));
}
