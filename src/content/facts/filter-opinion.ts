// SPDX-License-Identifier: Apache-2.0
/** Filter opinion — what the learning filter thinks of the message: its models' common log-odds, and the Bayes over words beside them. */
import { defineFact, type Measured } from '../../check/fact.ts';
import type { BayesClassification, Classification } from '../ports.ts';

export interface FilterOpinion {
  readonly models: Classification;
  readonly words: BayesClassification;
}

declare module '../../check/fact.ts' {
  interface Facts {
    readonly filterOpinion: Measured<'message', FilterOpinion>;
  }
}

export default defineFact({
  name: 'filterOpinion',
  scope: 'message',
  summary: { en: 'What the learning filter thinks of the message.', ja: '学習型フィルタの判定。' },
  needs: ['mime', 'filter'],
  deadlineMs: 5_000,
  read: ({ mime, filter }) => ({ models: filter.classify(mime), words: filter.bayes(mime) }),
  record: opinion => opinion,
});
