// SPDX-License-Identifier: Apache-2.0
/**
 * Own corrections — what one receiver wants otherwise than the others here: a point for each unit of log-odds by which that person's own model differs.
 * It was taught what the common filter got wrong for that person alone, so it can outweigh that filter's word, and for nobody else.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

/** Less is nothing that anybody would want to read about. */
const leastLogOdds = 0.1;

export default defineCheck({
  name: 'own-corrections',
  stage: 'mailbox',
  summary: {
    en: 'Goes by what the receiver corrected: what one person wants and others refuse, or the other way round.',
    ja: '受信者本人の訂正に従う。ほかの人には迷惑でも本人には必要なメール、またはその逆。',
  },
  needs: ['ownModel', 'mime'],
  config: z.strictObject({
    upTo: z.number().min(0.1).max(40).default(15).meta({
      description: 'Log-odds (natural log) from which on the whole weight counts, to either side.',
    }),
  }),
  symbols: {
    OWN_CORRECTIONS_SPAM: {
      weight: 15,
      says: {
        en: 'It is like mail that the receiver marked as spam ({labels} corrections of that person).',
        ja: '受信者が迷惑メールとしたメールに似ている（本人の訂正 {labels} 件）。',
      },
    },
    OWN_CORRECTIONS_HAM: {
      weight: -15,
      says: {
        en: 'It is like mail that the receiver wanted ({labels} corrections of that person).',
        ja: '受信者が必要としたメールに似ている（本人の訂正 {labels} 件）。',
      },
    },
  },
  run({ ownModel, mime, config, found }) {
    if (ownModel === 'none') return [];
    const logOdds = ownModel.logOdds(mime);
    if (!(Math.abs(logOdds) >= leastLogOdds)) return [];
    const share = Math.min(1, Math.abs(logOdds) / config.upTo);
    const details = { labels: ownModel.labels };
    return [logOdds > 0 ? found.OWN_CORRECTIONS_SPAM(details, share) : found.OWN_CORRECTIONS_HAM(details, share)];
  },
});
