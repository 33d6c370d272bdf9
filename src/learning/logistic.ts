// SPDX-License-Identifier: Apache-2.0
/**
 * Logistic regression over hashed binary features, learnt one message at a time with AdaGrad steps (Duchi, Hazan, Singer 2011).
 * Plain sums in the order given: the same messages in the same order leave the same bits, in every process.
 */
/** A message that is right by this much already teaches nothing; without it the weights of common features grow for ever. */
const marginLogOdds = 4;
/** Keeps the first step finite. */
const floor = 1e-3;

export class LogisticModel {
  readonly weights: Float32Array;
  /** Per weight the sum of its squared gradients: what was moved much moves less. */
  readonly squares: Float32Array;
  readonly #shift: number;

  /** Both of the same length, a power of two. */
  constructor(weights: Float32Array, squares: Float32Array) {
    this.weights = weights;
    this.squares = squares;
    this.#shift = 32 - Math.log2(weights.length);
  }

  /** Log-odds of spam. */
  score(features: Uint32Array): number {
    return sumOf(this.weights, this.#shift, features) / Math.sqrt(features.length + 1);
  }

  /** Of each feature, by how much the log-odds fall when it alone is left out: there is one feature fewer then, too. */
  falls(features: Uint32Array): Float64Array {
    const sum = sumOf(this.weights, this.#shift, features);
    const [withIt, without] = [Math.sqrt(features.length + 1), Math.sqrt(features.length)];
    return Float64Array.from(
      features,
      feature => sum / withIt - (sum - this.weights[feature >>> this.#shift]!) / without,
    );
  }

  /** Moves the weights towards the label; gives the log-odds as they were before. */
  train(features: Uint32Array, isSpam: boolean, step: number): number {
    const logOdds = this.score(features);
    if ((isSpam ? logOdds : -logOdds) > marginLogOdds) return logOdds;
    const { weights, squares } = this;
    const shift = this.#shift;
    const gradient = ((isSpam ? 1 : 0) - probabilityOf(logOdds)) / Math.sqrt(features.length + 1);
    const square = gradient * gradient;
    const move = step * gradient;
    for (let i = 0; i < features.length; i += 1) {
      const index = features[i]! >>> shift;
      const sum = squares[index]! + square;
      squares[index] = sum;
      weights[index] = weights[index]! + move / (floor + Math.sqrt(sum));
    }
    return logOdds;
  }
}

/**
 * Four sums side by side: what one of them waits for in memory, the others need not wait for. Nothing follows the loops but their sum,
 * and it is too long to be put into its caller: so the fastest compiler gets it early, and it was measured at a third of the time.
 */
function sumOf(weights: Float32Array, shift: number, features: Uint32Array): number {
  const { length } = features;
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    first += weights[features[i]! >>> shift]!;
    second += weights[features[i + 1]! >>> shift]!;
    third += weights[features[i + 2]! >>> shift]!;
    fourth += weights[features[i + 3]! >>> shift]!;
  }
  for (; i < length; i += 1) first += weights[features[i]! >>> shift]!;
  return first + second + third + fourth;
}

export function probabilityOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
