// SPDX-License-Identifier: Apache-2.0
/** BIMI — a proven author whose mark an authority vouches for that the operator believes earns a little; a mark alone, which anyone can publish, earns nothing. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'bimi',
  stage: 'message',
  summary: {
    en: 'Looks whether an authority that the operator believes vouches for the mark of the author’s domain (BIMI).',
    ja: '差出人のドメインのマークを、運用者が信頼する認証局が保証しているかを調べる（BIMI）。',
  },
  needs: ['bimi'],
  config: z.strictObject({}),
  symbols: {
    BIMI_VOUCHED: {
      weight: -0.5,
      says: {
        en: 'An authority that is believed here has examined who {domain} is, and vouches for its mark (BIMI).',
        ja: 'ここで信頼している認証局が {domain} の身元を審査し、そのマークを保証している（BIMI）。',
      },
    },
    BIMI_MARK: {
      weight: 0,
      says: {
        en: '{domain} publishes a mark (BIMI) for which nobody vouches: it earns nothing.',
        ja: '{domain} はマーク（BIMI）を公開しているが、保証する認証局がないため、信用に数えない。',
      },
    },
    BIMI_BROKEN: {
      weight: 0,
      says: {
        en: 'The mark (BIMI) of {domain} is not valid and should be corrected there: {reason}.',
        ja: '{domain} のマーク（BIMI）が正しくなく、修正が必要: {reason}。',
      },
    },
  },
  run({ bimi, found }) {
    const { domain } = bimi;
    switch (bimi.result) {
      case 'none':
      case 'skipped':
      case 'declined':
      // Nobody is judged by a web server that is slow; Authentication-Results say it.
      case 'temperror':
        return [];
      case 'fail':
        return [found.BIMI_BROKEN({ domain, reason: bimi.reason })];
      case 'pass':
        return [bimi.authority ? found.BIMI_VOUCHED({ domain }) : found.BIMI_MARK({ domain })];
    }
  },
});
