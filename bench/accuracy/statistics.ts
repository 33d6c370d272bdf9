// SPDX-License-Identifier: Apache-2.0
/** Statistics — what two filters' answers on the same messages say about which is better, and whether a probability keeps its word. */
import { seededRandom } from '../../src/core/random.ts';

export interface Answer {
  readonly isHam: boolean;
  readonly score: number;
  readonly isSpam: boolean;
  readonly probability?: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** (1-ROCA)%: how often a ham stands above a spam, ties as halves, when message i counts `weights[i]` times. */
export function areaOver(answers: readonly Answer[], weights?: Uint16Array): number {
  const order = rankOf(answers);
  return areaInOrder(answers, order, weights);
}

/**
 * The 95 % interval of a − b in (1-ROCA)% by a paired bootstrap: messages are drawn again within each class (stratified), the same for both.
 * Efron and Tibshirani, An Introduction to the Bootstrap (1993), 13.3.
 */
export function areaDifference(a: readonly Answer[], b: readonly Answer[], draws = 1_000, seed = 1): Interval {
  const [orderA, orderB] = [rankOf(a), rankOf(b)];
  return bootstrap(a, draws, seed, weights => areaInOrder(a, orderA, weights) - areaInOrder(b, orderB, weights));
}

/** The same for the share of spam that is missed while no more than `hamShare` of the ham is lost, in percent. */
export function missedDifference(
  a: readonly Answer[],
  b: readonly Answer[],
  hamShare: number,
  draws = 1_000,
  seed = 1,
): Interval {
  const [orderA, orderB] = [rankOf(a), rankOf(b)];
  return bootstrap(
    a,
    draws,
    seed,
    weights => missedInOrder(a, orderA, hamShare, weights) - missedInOrder(b, orderB, hamShare, weights),
  );
}

/** Expected calibration error over 15 bins of equal mass, 0 to 1 (Nguyen and O'Connor 2015). */
export function calibrationError(answers: readonly Answer[], bins = 15): number {
  const told = answers
    .flatMap(({ probability, isHam }) => (probability === undefined ? [] : [{ probability, spam: isHam ? 0 : 1 }]))
    .sort((x, y) => x.probability - y.probability);
  let error = 0;
  for (let bin = 0; bin < bins; bin += 1) {
    const from = Math.round((bin * told.length) / bins);
    const of = told.slice(from, Math.round(((bin + 1) * told.length) / bins));
    error += Math.abs(of.reduce((sum, { probability, spam }) => sum + probability - spam, 0));
  }
  return error / told.length;
}

/** Of what is said to be spam with at least so much, how much is; NaN if nothing is said so. */
export function shareOfSpamAbove(answers: readonly Answer[], probability: number): number {
  const sure = answers.filter(answer => (answer.probability ?? 0) >= probability);
  return sure.filter(answer => !answer.isHam).length / sure.length;
}

export function spamMissed(answers: readonly Answer[], hamShare: number): number {
  return missedInOrder(answers, rankOf(answers), hamShare);
}

function bootstrap(answers: readonly Answer[], draws: number, seed: number, of: (w: Uint16Array) => number): Interval {
  const random = seededRandom(seed);
  const classes = [true, false].map(isHam => answers.flatMap((answer, i) => (answer.isHam === isHam ? [i] : [])));
  const values = new Float64Array(draws);
  const weights = new Uint16Array(answers.length);
  for (let draw = 0; draw < draws; draw += 1) {
    weights.fill(0);
    for (const members of classes)
      for (let i = 0; i < members.length; i += 1) {
        const one = members[Math.floor(random.next() * members.length)] ?? 0;
        weights[one] = (weights[one] ?? 0) + 1;
      }
    values[draw] = of(weights);
  }
  values.sort();
  const at = (share: number): number => values[Math.min(draws - 1, Math.floor(share * draws))] ?? Number.NaN;
  return { low: at(0.025), high: at(0.975) };
}

/** Places of the answers from the highest score down. */
function rankOf(answers: readonly Answer[]): Uint32Array {
  return Uint32Array.from(answers, (_, i) => i).sort((x, y) => (answers[y]?.score ?? 0) - (answers[x]?.score ?? 0));
}

function areaInOrder(answers: readonly Answer[], order: Uint32Array, weights?: Uint16Array): number {
  let [ham, spam, above] = [0, 0, 0];
  for (const tie of ties(answers, order, weights)) {
    above += tie.spam * (ham + tie.ham / 2);
    ham += tie.ham;
    spam += tie.spam;
  }
  return (100 * above) / (ham * spam);
}

function missedInOrder(
  answers: readonly Answer[],
  order: Uint32Array,
  hamShare: number,
  weights?: Uint16Array,
): number {
  const total = { ham: 0, spam: 0 };
  answers.forEach((answer, i) => (total[answer.isHam ? 'ham' : 'spam'] += weights?.[i] ?? 1));
  let [ham, caught] = [0, 0];
  for (const tie of ties(answers, order, weights)) {
    ham += tie.ham;
    if (ham > Math.floor(hamShare * total.ham)) break;
    caught += tie.spam;
  }
  return 100 * (1 - caught / total.spam);
}

/** Those of one score together: they are above or below each other by chance. */
function* ties(answers: readonly Answer[], order: Uint32Array, weights?: Uint16Array) {
  let tie = { ham: 0, spam: 0 };
  let score: number | undefined;
  for (const i of order) {
    const answer = answers[i];
    if (!answer) continue;
    if (answer.score !== score) {
      yield tie;
      tie = { ham: 0, spam: 0 };
      score = answer.score;
    }
    tie[answer.isHam ? 'ham' : 'spam'] += weights?.[i] ?? 1;
  }
  yield tie;
}
