// SPDX-License-Identifier: Apache-2.0
/**
 * Bayes words — the classic method: how often words, 3-grams and HTML values such as `ff0000` were seen in spam and in ham, by Bayes' rule.
 * Shown and out of the sum unless an operator says otherwise: 300 good words put into spam deceive it (its (1-ROCA)% goes from 0.2 to 22), and `learned` not.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { maturity, ramp } from '../training.ts';

export default defineCheck({
  name: 'bayes-words',
  stage: 'message',
  defaultMode: 'observe',
  summary: {
    en: 'Judges by how often its words were seen in spam and in wanted mail (Bayes).',
    ja: '単語が迷惑メールと通常のメールに現れた頻度から判定する（ベイジアンフィルタ）。',
  },
  needs: ['filterOpinion'],
  config: z.strictObject({
    sure: z
      .number()
      .min(0.5)
      .max(0.999)
      .default(0.8)
      .meta({ description: 'Probability from which it speaks of spam; below one minus it, of wanted mail.' }),
    trainedAt: z.number().int().min(1).max(1_000_000).default(100).meta({
      description:
        'How many ham and how many spam must be learned before the whole weight counts; with fewer it counts in proportion.',
    }),
  }),
  symbols: {
    BAYES_SPAM: {
      weight: 1.5,
      says: {
        en: 'Its words are those of spam (Bayes {percent} %).',
        ja: '迷惑メールによく現れる言葉が使われている（ベイズ {percent}％）。',
      },
    },
    BAYES_HAM: {
      weight: -1,
      says: {
        en: 'Its words are those of wanted mail (Bayes {percent} %).',
        ja: '通常のメールによく現れる言葉が使われている（ベイズ {percent}％）。',
      },
    },
  },
  run({ filterOpinion: { words }, config, found }) {
    const isSpammy = words.probability > 0.5;
    const clarity = isSpammy ? words.probability : 1 - words.probability;
    const share = ramp(clarity, config.sure, 1) * maturity(words, config.trainedAt);
    if (!(share > 0)) return [];
    const percent = { percent: Math.round(words.probability * 1_000) / 10 };
    return [isSpammy ? found.BAYES_SPAM(percent, share) : found.BAYES_HAM(percent, share)];
  },
});
