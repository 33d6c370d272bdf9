// SPDX-License-Identifier: Apache-2.0
/**
 * Campaign — the same mail from many networks of several providers, none of which proves who it is: bots send so, and senders that hop from provider to provider.
 * Only the spread counts: not how much there is, and nothing of lists, familiar or proven senders.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

/** So many times as many networks as are asked for weigh in full. */
const fullAt = 10;
const leastShare = 0.4;

export default defineCheck({
  name: 'campaign',
  stage: 'message',
  summary: {
    en: 'Looks whether the same mail comes from many unrelated networks.',
    ja: '同じメールが、互いに無関係な多くのネットワークから届いているかを調べる。',
  },
  needs: ['campaign'],
  config: z.strictObject({
    networks: z
      .number()
      .int()
      .min(2)
      .max(1_000)
      .default(5)
      .meta({ description: 'From how many networks (/24, /64) the same mail must have come before it weighs.' }),
    providers: z.number().int().min(1).max(1_000).default(3).meta({
      description:
        'Of how many providers those must be: by the number of the autonomous system where a database knows it, else the /16 or /32.',
    }),
  }),
  symbols: {
    CAMPAIGN: {
      weight: 2,
      says: {
        en: 'The same mail has come since {since} from {addresses} addresses in {networks} networks of {providers} providers, and none of them proves who it is (campaign {campaign}).',
        ja: '同じメールが {since} から、{addresses} アドレス・{networks} ネットワーク・{providers} 事業者から届いており、どの送信元も身元を証明していない（一斉送信 {campaign}）。',
      },
    },
  },
  run({ campaign: { standing, spread }, config, found }) {
    if (standing !== 'unproven' || !spread) return [];
    const { id, since, addresses, networks, providers } = spread;
    if (networks < config.networks || providers < config.providers) return [];
    const share = leastShare + (1 - leastShare) * (Math.log(networks / config.networks) / Math.log(fullAt));
    const day = new Date(since).toISOString().slice(0, 16).replace('T', ' ');
    return [found.CAMPAIGN({ campaign: id, since: `${day} UTC`, addresses, networks, providers }, Math.min(1, share))];
  },
});
