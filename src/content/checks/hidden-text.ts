// SPDX-License-Identifier: Apache-2.0
/**
 * Hidden text — words for filters and not for readers: not displayed, in the colour of the background, or too small to see.
 * Newsletters hide a line or two for the preview of mail programs, so only more than that counts.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'hidden-text',
  stage: 'message',
  summary: {
    en: 'Looks for text in HTML that a reader cannot see.',
    ja: 'HTML メールの、読む人に見えない文字を調べる。',
  },
  needs: ['text'],
  config: z.strictObject({
    letters: z
      .number()
      .int()
      .min(1)
      .max(100_000)
      .default(200)
      .meta({ description: 'From how many hidden letters on it counts.' }),
  }),
  symbols: {
    TEXT_HIDDEN: {
      weight: 1.5,
      says: {
        en: 'A reader cannot see {count} letters of the text: hidden, too small, or in the colour of their background.',
        ja: '本文のうち {count} 字が、非表示、極小、または背景と同じ色のため読む人に見えない。',
      },
    },
  },
  run({ text: { pages }, config, found }) {
    const count = pages.reduce((letters, { hidden }) => letters + lettersIn(hidden), 0);
    return count >= config.letters ? [found.TEXT_HIDDEN({ count })] : [];
  },
});

/** Of any script; not the spaces and joiners that fill up previews. */
function lettersIn(text: string): number {
  return text === '' ? 0 : text.slice(0, 50_000).replace(/[^\p{L}\p{N}]+/gu, '').length;
}
