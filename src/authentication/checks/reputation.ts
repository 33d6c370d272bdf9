// SPDX-License-Identifier: Apache-2.0
/**
 * Reputation — who was proven is judged by what people here said of its mail before, and by nothing that programs decided. One mistaken word is
 * nothing: a domain earns credit only by the share of wanted mail that is certain to 90 %, and loses in the same way.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import type { KnownReputation } from '../reputation.ts';

export default defineCheck({
  name: 'reputation',
  stage: 'message',
  summary: {
    en: 'Looks how people here judged earlier mail of the proven sender.',
    ja: '証明された送信者のこれまでのメールを、利用者がどう判定したかを調べる。',
  },
  needs: ['reputation'],
  config: z.strictObject({}),
  symbols: {
    REPUTATION_GOOD: {
      weight: -1,
      says: {
        en: 'People here called {wanted} messages of {identity} wanted and {unwanted} unwanted (lately): with 90 % certainty at least {percent} % are wanted.',
        ja: '利用者は {identity} の最近のメールのうち {wanted} 通を必要、{unwanted} 通を迷惑と判定した。90 % の確かさで、少なくとも {percent} % は必要なメールである。',
      },
    },
    REPUTATION_BAD: {
      weight: 1,
      says: {
        en: 'People here called {unwanted} messages of {identity} unwanted and {wanted} wanted (lately): with 90 % certainty at most {percent} % are wanted. Whoever sends it should write only to those who asked for it.',
        ja: '利用者は {identity} の最近のメールのうち {unwanted} 通を迷惑、{wanted} 通を必要と判定した。90 % の確かさで、必要なメールは多くとも {percent} % である。送信者は、求めた人にだけ送ること。',
      },
    },
  },
  run({ reputation, found }) {
    const [first] = reputation;
    if (!first) return [];
    const { lower, upper } = first;
    if (lower > 0.5) return [found.REPUTATION_GOOD(detailsOf(first, lower), 2 * (lower - 0.5))];
    return upper < 0.5 ? [found.REPUTATION_BAD(detailsOf(first, upper), 2 * (0.5 - upper))] : [];
  },
});

function detailsOf({ identity, wanted, unwanted }: KnownReputation, border: number) {
  const short = (count: number): number => Math.round(count * 10) / 10;
  const [, name = ''] = /^[a-z]+:(.*)$/s.exec(identity) ?? [];
  return { identity: name, wanted: short(wanted), unwanted: short(unwanted), percent: Math.round(border * 100) };
}
