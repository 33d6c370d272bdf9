// SPDX-License-Identifier: Apache-2.0
/**
 * Bayes — the classic filter over words and character triples: each token's share among spam and ham by Bayes' rule,
 * drawn towards the middle while it was seen rarely (Robinson 2003), the most telling ones combined by Fisher's method.
 * Robust it is not (300 appended good words defeat it, see docs): it is offered as evidence of its own beside the learnt filter.
 */
/** What a token never seen says, and how many sightings that belief is worth. */
const unknown = 0.5;
const strength = 0.1;
/** Tokens nearer to the middle than this say nothing; more clues than `mostClues` drown the telling ones. */
const leastDeviation = 0.2;
const mostClues = 150;
const drawers = 1_000;

export interface BayesResult {
  /** 0 (ham) to 1 (spam); 0.5 when nothing is known. */
  readonly probability: number;
  /** How many tokens had a say. */
  readonly words: number;
}

export class BayesModel {
  /** Pairs of counts, spam then ham, by the top bits of the token's hash. */
  readonly counts: Uint32Array;
  readonly #shift: number;

  /** Twice a power of two. */
  constructor(counts: Uint32Array) {
    this.counts = counts;
    this.#shift = 33 - Math.log2(counts.length);
  }

  train(tokens: Uint32Array, isSpam: boolean): void {
    for (const token of tokens) this.counts[(token >>> this.#shift) * 2 + (isSpam ? 0 : 1)]! += 1;
  }

  classify(tokens: Uint32Array, learned: { readonly spam: number; readonly ham: number }): BayesResult {
    if (learned.spam === 0 || learned.ham === 0) return { probability: 0.5, words: 0 };
    const beliefs: number[] = [];
    for (const token of tokens) {
      const index = (token >>> this.#shift) * 2;
      const spam = this.counts[index]!;
      const ham = this.counts[index + 1]!;
      if (spam + ham === 0) continue;
      const spamShare = spam / learned.spam;
      const share = spamShare / (spamShare + ham / learned.ham);
      const belief = (strength * unknown + (spam + ham) * share) / (strength + spam + ham);
      if (Math.abs(belief - 0.5) >= leastDeviation) beliefs.push(belief);
    }
    const clues = mostTelling(beliefs);
    return { probability: combine(clues), words: clues.length };
  }
}

/** The clues farthest from the middle; among equals those that came first. Sorted into drawers, since sorting all took longer than all the rest. */
function mostTelling(beliefs: readonly number[]): readonly number[] {
  if (beliefs.length <= mostClues) return beliefs;
  const sizes = new Uint32Array(drawers);
  for (const belief of beliefs) sizes[drawerOf(belief)]! += 1;
  let last = drawers - 1;
  let before = 0;
  for (; before + sizes[last]! < mostClues; last -= 1) before += sizes[last]!;
  let room = mostClues - before;
  return beliefs.filter(belief => drawerOf(belief) > last || (drawerOf(belief) === last && room-- > 0));
}

function drawerOf(belief: number): number {
  return Math.min(drawers - 1, Math.floor(Math.abs(belief - 0.5) * 2 * drawers));
}

/** Fisher's method both ways: how surely the clues are not all ham, less how surely they are not all spam. */
function combine(clues: readonly number[]): number {
  let logSpam = 0;
  let logHam = 0;
  for (const belief of clues) {
    logSpam += Math.log(belief);
    logHam += Math.log(1 - belief);
  }
  const notHam = 1 - chanceOf(-logHam, clues.length);
  const notSpam = 1 - chanceOf(-logSpam, clues.length);
  return (1 + notHam - notSpam) / 2;
}

/** The upper tail of χ² with 2n degrees of freedom at 2m, as a sum of n terms; in logarithms, since e⁻ᵐ alone would be zero. */
function chanceOf(m: number, n: number): number {
  if (n === 0) return 1;
  let sum = 0;
  let logTerm = -m;
  for (let i = 0; i < n; i += 1) {
    if (i > 0) logTerm += Math.log(m / i);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
}
