// SPDX-License-Identifier: Apache-2.0
/**
 * Hidden text — words for filters and not for readers: not displayed, in the colour of the background, or too small to see.
 * Newsletters hide a line or two for the preview of mail programs, so only more than that counts.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

const letters = (initial: number, description: string) =>
  z.number().int().min(1).max(100_000).default(initial).meta({ description });

export default defineCheck({
  name: 'hidden-text',
  stage: 'message',
  summary: {
    en: 'Looks for text in HTML that a reader cannot see.',
    ja: 'HTML メールの、読む人に見えない文字を調べる。',
  },
  needs: ['text'],
  config: z.strictObject({
    hidden: letters(400, 'From how many letters on text that is not displayed counts.'),
    camouflaged: letters(60, 'From how many letters on text in the colour of its background counts.'),
    tiny: letters(100, 'From how many letters on text too small to read counts.'),
  }),
  symbols: {
    TEXT_HIDDEN: {
      weight: 0.8,
      says: {
        en: '{count} letters of text are not displayed.',
        ja: '表示されない文字が {count} 字ある。',
      },
    },
    TEXT_CAMOUFLAGED: {
      weight: 1.5,
      says: {
        en: '{count} letters of text have the colour of their background.',
        ja: '背景と同じ色の文字が {count} 字ある。',
      },
    },
    TEXT_TINY: {
      weight: 0.8,
      says: {
        en: '{count} letters of text are too small to read.',
        ja: '小さすぎて読めない文字が {count} 字ある。',
      },
    },
  },
  run({ text: { pages }, config, found }) {
    if (pages.length === 0) return [];
    const sum = (of: (page: (typeof pages)[number]) => number) => pages.reduce((count, page) => count + of(page), 0);
    const hidden = sum(page => page.hiddenLetters);
    const camouflaged = sum(page => page.camouflagedLetters);
    const tiny = sum(page => page.tinyLetters);
    return [
      ...(hidden >= config.hidden ? [found.TEXT_HIDDEN({ count: hidden })] : []),
      ...(camouflaged >= config.camouflaged ? [found.TEXT_CAMOUFLAGED({ count: camouflaged })] : []),
      ...(tiny >= config.tiny ? [found.TEXT_TINY({ count: tiny })] : []),
    ];
  },
});
