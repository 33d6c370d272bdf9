// SPDX-License-Identifier: Apache-2.0
/** HTML only — mail programs write a plain text beside the HTML; mass mailers often save it. So do many shops: light. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'html-only',
  stage: 'message',
  summary: { en: 'Looks for HTML without a plain text beside it.', ja: 'テキスト版のない HTML メールを調べる。' },
  needs: ['mime'],
  config: z.strictObject({}),
  symbols: {
    HTML_ONLY: {
      weight: 0.6,
      says: { en: 'There is only HTML, no plain text.', ja: 'HTML だけで、テキスト版がない。' },
    },
  },
  run({ mime, found }) {
    const texts = mime.parts.filter(part => part.type === 'text' && part.disposition !== 'attachment');
    return texts.some(part => part.subtype === 'html') && !texts.some(part => part.subtype !== 'html')
      ? [found.HTML_ONLY()]
      : [];
  },
});
