// SPDX-License-Identifier: Apache-2.0
/**
 * Score fit — which scores would have told labelled mail apart better than the declared ones: logistic regression on the findings, MAP around the declared
 * scores (a normal prior of a quarter of each), no sign changed and none moved by more than half; a point is a unit of log-odds. Nothing moves before there
 * are 200 labels of each kind. Pure: the same labels in the same order give the same scores.
 */
import type { Label } from '../store/learning/contract.ts';
import { probabilityOf } from './logistic.ts';

export interface LabelledFindings {
  readonly label: Label;
  readonly findings: readonly { readonly symbol: string; readonly share: number }[];
  /** What made an automatic label: it gives itself no weight. */
  readonly evidence?: readonly string[];
}

export interface FittedScore {
  readonly symbol: string;
  readonly declared: number;
  readonly fitted: number;
  /** Labelled messages of either kind with it. */
  readonly spam: number;
  readonly ham: number;
}

export const labelsToMove = 200;
const priorDeviation = 0.25;
const mostChange = 0.5;
const sweeps = 40;

interface Term {
  readonly symbol: string;
  readonly declared: number;
  readonly at: { readonly message: number; readonly share: number }[];
  /** How much of the declared score is added, or taken. */
  change: number;
}

/** Only symbols that were found, with a score; empty where too little is labelled. In the order of their names. */
export function fitScores(
  labelled: readonly LabelledFindings[],
  declaredOf: (symbol: string) => number | undefined,
): readonly FittedScore[] {
  const spam = labelled.filter(({ label }) => label === 'spam').length;
  if (Math.min(spam, labelled.length - spam) < labelsToMove) return [];
  const terms = termsOf(labelled, declaredOf);
  const scores = new Float64Array(labelled.length);
  for (const { declared, at } of terms) for (const { message, share } of at) scores[message]! += declared * share;
  let bias = 0;
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    bias += newton(labelled, scores, bias);
    for (const term of terms) move(term, labelled, scores, bias);
  }
  return terms.map(({ symbol, declared, at, change }) => {
    const ofSpam = at.filter(({ message }) => labelled[message]!.label === 'spam').length;
    const fitted = Math.round(declared * (1 + change) * 100) / 100;
    return { symbol, declared, fitted, spam: ofSpam, ham: at.length - ofSpam };
  });
}

function termsOf(labelled: readonly LabelledFindings[], declaredOf: (symbol: string) => number | undefined): Term[] {
  const terms = new Map<string, Term>();
  labelled.forEach(({ findings, evidence = [] }, message) => {
    for (const { symbol, share } of findings) {
      const declared = declaredOf(symbol) ?? 0;
      if (declared === 0 || evidence.includes(symbol)) continue;
      const term = terms.get(symbol) ?? { symbol, declared, at: [], change: 0 };
      term.at.push({ message, share });
      terms.set(symbol, term);
    }
  });
  return [...terms.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
}

/** One step of Newton for the constant, which takes up how many of the labels are spam. */
function newton(labelled: readonly LabelledFindings[], scores: Float64Array, bias: number): number {
  let [gradient, curvature] = [0, 1e-6];
  labelled.forEach(({ label }, i) => {
    const p = probabilityOf(scores[i]! + bias);
    gradient += Number(label === 'spam') - p;
    curvature += p * (1 - p);
  });
  return gradient / curvature;
}

function move(term: Term, labelled: readonly LabelledFindings[], scores: Float64Array, bias: number): void {
  const { declared, at } = term;
  let gradient = -term.change / priorDeviation ** 2;
  let curvature = 1 / priorDeviation ** 2;
  for (const { message, share } of at) {
    const p = probabilityOf(scores[message]! + bias);
    const slope = declared * share;
    gradient += (Number(labelled[message]!.label === 'spam') - p) * slope;
    curvature += p * (1 - p) * slope * slope;
  }
  const next = Math.max(-mostChange, Math.min(mostChange, term.change + gradient / curvature));
  for (const { message, share } of at) scores[message]! += declared * share * (next - term.change);
  term.change = next;
}
