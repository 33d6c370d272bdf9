// SPDX-License-Identifier: Apache-2.0
/** Conversation — an answer to something sent from here is hardly ever spam. A Message-ID can be read in list archives, so it is not proof. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'conversation',
  stage: 'message',
  summary: {
    en: 'Looks whether it answers a message that was sent from here.',
    ja: 'ここから送信したメッセージへの返信かを調べる。',
  },
  needs: ['conversation'],
  config: z.strictObject({}),
  symbols: {
    ANSWERS_US: {
      weight: -2.5,
      says: {
        en: 'It answers a message that was sent from here.',
        ja: 'ここから送信したメッセージへの返信である。',
      },
    },
  },
  run: ({ conversation, found }) => (conversation.answersUs ? [found.ANSWERS_US()] : []),
});
