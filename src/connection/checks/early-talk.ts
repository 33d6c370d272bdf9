// SPDX-License-Identifier: Apache-2.0
/**
 * Early talk — a client must wait for the greeting before it speaks (RFC 5321 3.1); senders of spam that do not listen to answers do not.
 * Some old honest programs do not listen either, and never try again: alone it is below what greylisting asks for, so that they are answered slowly
 * and taken. With a second sign they are asked to come back.
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
      weight: 1.5,
      says: {
        en: 'The client spoke before it was greeted.',
        ja: '接続元が挨拶（220 応答）を待たずに話し始めた。',
      },
    },
  },
  run: ({ client, conduct, found }) =>
    isStranger(client) && conduct.oddities.has('early-talk') ? [found.EARLY_TALK()] : [],
});
