// SPDX-License-Identifier: Apache-2.0
/** Contestant — a filter that is asked and then told: what the tables of accuracy compare. */
import type { Config } from '../../src/config.ts';
import { readSettings } from '../../src/index.ts';
import { encode, sorted } from '../../src/learning/features/code.ts';
import { Extractor } from '../../src/learning/features/extract.ts';
import { extractorVersions, type Features } from '../../src/learning/features/features.ts';
import { Model } from '../../src/learning/model.ts';
import { parseMessage } from '../../src/wire/mime/parse.ts';
import { openEvaluationJudge } from '../../src/workplace/evaluation-judge.ts';

export type Label = 'spam' | 'ham';

export interface Opinion {
  /** Higher is spammier; only the order counts. */
  readonly score: number;
  readonly isSpam: boolean;
  /** Of being spam, where the filter says so. */
  readonly probability?: number;
}

export interface Contestant {
  ask(message: Buffer): Opinion | Promise<Opinion>;
  learn(message: Buffer, label: Label): void | Promise<void>;
  close(): void | Promise<void>;
}

/** The learning filter, and beside it the lecture's Bayes: one model holds both. */
export function ownFilter(rate?: number): Contestant {
  const { model, featuresOf, learn } = ownModel(rate);
  return {
    ask(message) {
      const { logOdds, probability } = model.score(featuresOf(message));
      return { score: logOdds, isSpam: probability >= 0.95, probability };
    },
    learn,
    close() {},
  };
}

export function ownBayes(): Contestant {
  const { model, featuresOf, learn } = ownModel();
  return {
    ask(message) {
      const { probability } = model.bayes(featuresOf(message).bayes);
      return { score: probability, isSpam: probability >= 0.9, probability };
    },
    learn,
    close() {},
  };
}

/** All content checks and the filter, as the server ships them, without a network. */
export async function ownContent(): Promise<Contestant> {
  const settings: Config = readSettings('');
  const judge = await openEvaluationJudge(settings, 'all', 'en');
  let learned = 0;
  return {
    ask: message => judge.judge(message),
    learn: (message, label) => judge.learn(message, label, `${(learned += 1)}`),
    close: () => judge.close(),
  };
}

function ownModel(rate?: number) {
  const model = new Model(rate);
  const extractor = new Extractor();
  let last: { readonly message: Buffer; readonly features: Features } | undefined;
  const featuresOf = (message: Buffer): Features => {
    if (last?.message !== message) last = { message, features: extractor.extract(parseMessage(message)) };
    return last.features;
  };
  let n = 0;
  const learn = (message: Buffer, label: Label): void => {
    const features = featuresOf(message);
    const coded = (name: keyof Features) => ({
      version: extractorVersions[name],
      features: encode(sorted(features[name])),
    });
    const extractors = { filter: coded('filter'), osb: coded('osb'), bayes: coded('bayes') };
    model.train({ n: (n += 1), at: 0, label, extractors });
  };
  return { model, featuresOf, learn };
}
