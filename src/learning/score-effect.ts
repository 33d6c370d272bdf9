// SPDX-License-Identifier: Apache-2.0
/**
 * Score effect — what fitted scores would do to labelled mail: missed spam and false positives at the mark, before and after. Each fifth of the mail is judged
 * by scores fitted to the other four, so that no message speaks for its own. Pure.
 */
import { fitScores, sumOf, type FittedScore, type LabelledFindings } from './score-fit.ts';

export interface ScoreErrors {
  readonly missed: number;
  readonly falsePositives: number;
}

export interface ScoreTuning {
  readonly spam: number;
  readonly ham: number;
  /** Empty where too little is labelled. */
  readonly scores: readonly FittedScore[];
  readonly before: ScoreErrors;
  readonly after: ScoreErrors;
}

const folds = 5;

export function tuneScores(
  labelled: readonly LabelledFindings[],
  declaredOf: (symbol: string) => number | undefined,
  markAt: number,
): ScoreTuning {
  const spam = labelled.filter(({ label }) => label === 'spam').length;
  const scores = fitScores(labelled, declaredOf);
  const parts = Array.from({ length: folds }, (_, fold) => {
    const rest = labelled.filter((_, i) => i % folds !== fold);
    const fitted = new Map(fitScores(rest, declaredOf).map(one => [one.symbol, one.fitted]));
    return errorsAt(
      labelled.filter((_, i) => i % folds === fold),
      symbol => fitted.get(symbol) ?? declaredOf(symbol),
      markAt,
    );
  });
  const sum = (of: (one: ScoreErrors) => number): number => parts.reduce((total, one) => total + of(one), 0);
  return {
    spam,
    ham: labelled.length - spam,
    scores,
    before: errorsAt(labelled, declaredOf, markAt),
    after: { missed: sum(one => one.missed), falsePositives: sum(one => one.falsePositives) },
  };
}

export function errorsAt(
  labelled: readonly LabelledFindings[],
  scoreOf: (symbol: string) => number | undefined,
  markAt: number,
): ScoreErrors {
  let [missed, falsePositives] = [0, 0];
  for (const one of labelled) {
    const { label } = one;
    const score = sumOf(one, scoreOf);
    if (label === 'spam' && score < markAt) missed += 1;
    if (label === 'ham' && score >= markAt) falsePositives += 1;
  }
  return { missed, falsePositives };
}
