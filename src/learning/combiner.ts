// SPDX-License-Identifier: Apache-2.0
/**
 * Combiner — what labels say of the scores: all findings (rules, authentication, lists, the filter's clipped log-odds) in one sum, of which it fits the scores
 * (score-fit) and how often mail of a sum is spam (score-calibration). A view of the learning log: of the labels that stand and were given before an instant,
 * the newest 10,000; those who read the same get the same bits, and what was taken back leaves no trace. Rejects with the faults of the store.
 */
import { createHash } from 'node:crypto';
import type { ScoreMap } from '../core/score-map.ts';
import type { FoundLabel, LearningStore } from '../store/learning/contract.ts';
import { calibrateInSlices } from './score-calibration.ts';
import { fitInSlices, sumOf, type Declared, type FittedScore, type LabelledFindings } from './score-fit.ts';

export interface CombinerOptions {
  /** Labels from then on do not count yet, Unix milliseconds: so all processes go by the same. */
  readonly before: number;
  /** Whether scores are fitted; without it the declared ones are calibrated as they are. */
  readonly fits: boolean;
  /** Lets others have the thread. */
  readonly pause: () => Promise<unknown>;
}

export interface Combined {
  readonly spam: number;
  readonly ham: number;
  /** Those that differ from the declared ones, in the order of their names. */
  readonly scores: readonly FittedScore[];
  /** Undefined where too little is labelled. */
  readonly map: ScoreMap | undefined;
  /** SHA-256 of scores and map. */
  readonly digest: string;
}

const labelsAtMost = 10_000;
/** Reading so many takes about 3 ms. */
const pageLabels = 500;
/** What scores are calibrated by was not fitted to the label itself. */
const folds = 5;

export async function combine(
  store: Pick<LearningStore, 'readFindings'>,
  declared: Declared,
  { before, fits, pause }: CombinerOptions,
): Promise<Combined> {
  const labels = await readLabels(store, before, pause);
  const spam = labels.filter(({ label }) => label === 'spam').length;
  const whole = async <T>(slices: Generator<undefined, T, undefined>): Promise<T> => {
    for (;;) {
      const step = slices.next();
      await pause();
      if (step.done) return step.value;
    }
  };
  const fit = (some: readonly LabelledFindings[]): Promise<readonly FittedScore[]> =>
    whole(fitInSlices(some, declared));
  const scores = fits ? (await fit(labels)).filter(one => one.fitted !== one.declared) : [];
  const scored: { score: number; isSpam: boolean }[] = [];
  for (let fold = 0; fold < folds; fold += 1) {
    const others = fits ? await fit(labels.filter((_, i) => i % folds !== fold)) : [];
    const fitted = new Map(others.map(one => [one.symbol, one.fitted]));
    for (const one of labels.filter((_, i) => i % folds === fold))
      scored.push({ score: sumOf(one, s => fitted.get(s) ?? declared.scoreOf(s)), isSpam: one.label === 'spam' });
    await pause();
  }
  const map = await whole(calibrateInSlices(scored));
  return { spam, ham: labels.length - spam, scores, map, digest: digestOf(scores, map) };
}

async function readLabels(
  store: Pick<LearningStore, 'readFindings'>,
  before: number,
  pause: () => Promise<unknown>,
): Promise<readonly LabelledFindings[]> {
  const pages: (readonly FoundLabel[])[] = [];
  for (let n: number | undefined, left = labelsAtMost; left > 0;) {
    const page = await store.readFindings(Math.min(pageLabels, left), {
      at: before,
      ...(n === undefined ? {} : { n }),
    });
    const [first] = page;
    if (!first) break;
    pages.unshift(page);
    left -= page.length;
    n = first.n;
    await pause();
  }
  return pages.flat().map(({ label, findings = [], evidence = [] }) => ({ label, findings, evidence }));
}

function digestOf(scores: readonly FittedScore[], map: ScoreMap | undefined): string {
  const said = [scores.map(({ symbol, fitted }) => [symbol, fitted]), map ?? []];
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}
