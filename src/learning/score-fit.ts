// SPDX-License-Identifier: Apache-2.0
/**
 * Score fit — which scores would have told labelled mail apart better than the declared ones: logistic regression on the findings, MAP around the declared
 * scores (a normal prior of a quarter of each), no sign changed and none moved by more than half; a point is a unit of log-odds. Nothing moves before there
 * are 200 labels of each kind. Scores that the operator set by hand hold, and the others are fitted around them. Pure: the same labels in the same order
 * give the same scores, whether fitted at once or in slices.
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
const mostStep = 2;

interface Term {
  readonly symbol: string;
  readonly declared: number;
  readonly at: { readonly message: number; readonly share: number }[];
  /** How much of the declared score is added, or taken. */
  change: number;
}

/** Where scores are fitted from. */
export interface Declared {
  /** The score as declared or configured; undefined of what there is no more. */
  readonly scoreOf: (symbol: string) => number | undefined;
  /** Whether the operator set it by hand: then it does not move. */
  readonly isFixed: (symbol: string) => boolean;
}

/** Only symbols that were found, with a score that may move; empty where too little is labelled. In the order of their names. */
export function fitScores(
  labelled: readonly LabelledFindings[],
  scoreOf: Declared['scoreOf'],
  isFixed: Declared['isFixed'] = () => false,
): readonly FittedScore[] {
  const slices = fitInSlices(labelled, { scoreOf, isFixed });
  for (let step = slices.next(); ; step = slices.next()) if (step.done) return step.value;
}

/** Terms are gone through in slices of so many findings: under a millisecond. */
const sliceFindings = 20_000;
const sliceMessages = 1_000;

/** The same; pauses wherever others may have the thread. */
export function* fitInSlices(
  labelled: readonly LabelledFindings[],
  declared: Declared,
): Generator<undefined, readonly FittedScore[], undefined> {
  const spam = labelled.filter(({ label }) => label === 'spam').length;
  if (Math.min(spam, labelled.length - spam) < labelsToMove) return [];
  const terms = yield* termsOf(labelled, declared.scoreOf);
  const scores = new Float64Array(labelled.length);
  for (const { declared: score, at } of terms) for (const { message, share } of at) scores[message]! += score * share;
  const moving = terms.filter(({ symbol }) => !declared.isFixed(symbol));
  let bias = 0;
  let done = 0;
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    bias += newton(labelled, scores, bias);
    done += labelled.length;
    for (const term of moving) {
      move(term, labelled, scores, bias);
      if ((done += term.at.length) < sliceFindings) continue;
      done = 0;
      yield;
    }
  }
  return moving.map(({ symbol, declared, at, change }) => {
    const ofSpam = at.filter(({ message }) => labelled[message]!.label === 'spam').length;
    const fitted = Math.round(declared * (1 + change) * 100) / 100;
    return { symbol, declared, fitted, spam: ofSpam, ham: at.length - ofSpam };
  });
}

/** The score of a labelled message; what made the label itself has no say in it. */
export function sumOf(
  { findings, evidence = [] }: LabelledFindings,
  scoreOf: (symbol: string) => number | undefined,
): number {
  return findings.reduce(
    (sum, { symbol, share }) => (evidence.includes(symbol) ? sum : sum + (scoreOf(symbol) ?? 0) * share),
    0,
  );
}

function* termsOf(
  labelled: readonly LabelledFindings[],
  declaredOf: Declared['scoreOf'],
): Generator<undefined, readonly Term[], undefined> {
  const terms = new Map<string, Term>();
  for (const [message, { findings, evidence = [] }] of labelled.entries()) {
    if (message % sliceMessages === sliceMessages - 1) yield;
    for (const { symbol, share } of findings) {
      const declared = declaredOf(symbol) ?? 0;
      if (declared === 0 || evidence.includes(symbol)) continue;
      const term = terms.get(symbol) ?? { symbol, declared, at: [], change: 0 };
      term.at.push({ message, share });
      terms.set(symbol, term);
    }
  }
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
  // Where all are told apart already there is no curvature, and the step would be endless.
  return Math.max(-mostStep, Math.min(mostStep, gradient / curvature));
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
