// SPDX-License-Identifier: Apache-2.0
/** Thread — an answer names what it answers and quotes it. Easily forged, so it speaks for a message only a little. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'thread',
  stage: 'message',
  summary: { en: 'Looks whether it is part of a conversation.', ja: '会話（スレッド）の続きであるかを調べる。' },
  needs: ['mime', 'text'],
  config: z.strictObject({}),
  symbols: {
    THREAD_ANSWER: {
      weight: -0.8,
      says: {
        en: 'It answers a message and quotes it.',
        ja: '返信であり、元のメッセージを引用している。',
      },
    },
  },
  run({ mime: { headers }, text, found }) {
    const answered = headers.first('in-reply-to') ?? headers.first('references');
    if (!answered || !/<[^<>\s@]+@[^<>\s@]+>/.test(answered.raw.slice(0, 2_000))) return [];
    return /^[>|] ?\S/m.test(text.plain.slice(0, 20_000)) ? [found.THREAD_ANSWER()] : [];
  },
});
