// SPDX-License-Identifier: Apache-2.0
/**
 * Early talk — a client must wait for the greeting before it speaks (RFC 5321 3.1); senders of spam that do not listen to answers do not.
 * It weighs and lets wait; it never refuses by itself, since broken honest programs exist too.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { isStranger } from '../stranger.ts';

export default defineCheck({
  name: 'early-talk',
  stage: 'greet',
  summary: {
    en: 'Looks whether the client spoke before it was greeted.',
    ja: '接続元が挨拶（220 応答）を待たずに話し始めたかを調べる。',
  },
  needs: [],
  config: z.strictObject({}),
  symbols: {
    EARLY_TALK: {
      weight: 2.5,
      advice: 'delay',
      says: {
        en: 'The client spoke before it was greeted.',
        ja: '接続元が挨拶（220 応答）を待たずに話し始めた。',
      },
    },
  },
  run: ({ client, conduct, found }) =>
    isStranger(client) && conduct.oddities.has('early-talk') ? [found.EARLY_TALK()] : [],
});
