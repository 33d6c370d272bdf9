// SPDX-License-Identifier: Apache-2.0
/**
 * Learned — the learning filter's word, by how sure it is: nothing near even odds, and nothing before it has learned enough of both kinds.
 * Measured online on the SpamAssassin corpus (shuffled, after 200 of each): from 5 points on stand 0.05 % of ham and 92 % of spam.
 * The one check of content that may bring a message to Junk by itself, since it alone knows this receiver's own mail.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { maturity, ramp } from '../training.ts';

export default defineCheck({
  name: 'learned',
  stage: 'message',
  summary: {
    en: 'Asks the learning filter, which has learned from the mail received here.',
    ja: 'ここで受信したメールから学習したフィルタで判定する。',
  },
  needs: ['filterOpinion'],
  config: z.strictObject({
    from: z
      .number()
      .min(0)
      .max(20)
      .default(0.5)
      .meta({ description: 'Log-odds (natural log) up to which the filter counts as undecided and says nothing.' }),
    sureAt: z
      .number()
      .min(0.1)
      .max(40)
      .default(5)
      .meta({ description: 'Log-odds from which the whole weight counts; 5 is about 99.3 %.' }),
    trainedAt: z.number().int().min(1).max(1_000_000).default(50).meta({
      description:
        'How many ham and how many spam must be learned before the whole weight counts; with fewer it counts in proportion.',
    }),
  }),
  symbols: {
    LEARNED_SPAM: {
      weight: 7,
      says: {
        en: 'The learning filter takes it for spam ({percent} %, {learned} messages learned).',
        ja: '学習型フィルタは迷惑メールと判定した（確率 {percent}％、学習済み {learned} 通）。',
      },
    },
    LEARNED_HAM: {
      weight: -3,
      says: {
        en: 'The learning filter takes it for wanted mail (spam {percent} %, {learned} messages learned).',
        ja: '学習型フィルタは通常のメールと判定した（迷惑メールの確率 {percent}％、学習済み {learned} 通）。',
      },
    },
  },
  run({ filterOpinion: { models }, config, found }) {
    // The calibrated probability, not the models' own odds: those are bolder than they are right.
    const logOdds = Math.log(models.probability / (1 - models.probability));
    const share = ramp(Math.abs(logOdds), config.from, config.sureAt) * maturity(models, config.trainedAt);
    if (!(share > 0)) return [];
    const details = {
      percent: Math.round(models.probability * 1_000) / 10,
      learned: models.hamLearned + models.spamLearned,
    };
    return [logOdds > 0 ? found.LEARNED_SPAM(details, share) : found.LEARNED_HAM(details, share)];
  },
});
