// SPDX-License-Identifier: Apache-2.0
/** Page — what HTML in mail should not have or seldom needs: only a picture, a form, a script, a picture of one point that reports the reading. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import type { HtmlImage } from '../../wire/mime/html.ts';

export default defineCheck({
  name: 'page',
  stage: 'message',
  summary: {
    en: 'Looks for HTML that is only a picture, or has forms, scripts or beacons.',
    ja: '画像だけの HTML メール、フォーム、スクリプト、開封を知らせる画像を調べる。',
  },
  needs: ['text'],
  config: z.strictObject({
    letters: z
      .number()
      .int()
      .min(1)
      .max(1_000)
      .default(60)
      .meta({ description: 'Up to how many letters of text HTML with pictures counts as only a picture.' }),
  }),
  symbols: {
    PAGE_ONLY_IMAGE: {
      weight: 1.2,
      says: { en: 'The message is a picture with hardly any text.', ja: '本文がほぼ画像だけである。' },
    },
    PAGE_FORM: {
      weight: 0.3,
      says: { en: 'The message has a form to fill in.', ja: '本文に入力フォームがある。' },
    },
    PAGE_SCRIPT: {
      weight: 0.8,
      says: { en: 'The message has a script in it.', ja: '本文にスクリプトが含まれている。' },
    },
    PAGE_SENDS_ON: {
      weight: 1.5,
      says: {
        en: 'The message sends its reader on to a web page by itself.',
        ja: '開くと自動的に別のページへ移動する。',
      },
    },
    PAGE_BEACON: {
      weight: 0.2,
      says: {
        en: 'A picture of one point tells the sender that it is being read.',
        ja: '開封を送信者に知らせる 1 ピクセルの画像がある。',
      },
    },
  },
  run({ text: { pages, shown }, config, found }) {
    if (pages.length === 0) return [];
    const isOnlyImage =
      pages.some(page => page.images.length > 0) && lettersUpTo(shown, config.letters + 1) <= config.letters;
    return [
      ...(isOnlyImage ? [found.PAGE_ONLY_IMAGE()] : []),
      ...(pages.some(page => page.hasForm) ? [found.PAGE_FORM()] : []),
      ...(pages.some(page => page.hasScript) ? [found.PAGE_SCRIPT()] : []),
      ...(pages.some(page => page.refresh !== '') ? [found.PAGE_SENDS_ON()] : []),
      ...(pages.some(page => page.images.some(isBeacon)) ? [found.PAGE_BEACON()] : []),
    ];
  },
});

/** Letters and digits of any script, counted no further than needed. */
function lettersUpTo(text: string, limit: number): number {
  let count = 0;
  for (const _ of text.matchAll(/[\p{L}\p{N}]/gu)) if (++count >= limit) break;
  return count;
}

function isBeacon({ src, width, height }: HtmlImage): boolean {
  const isPoint = (size: string) => /^\s*[01](px)?\s*$/.test(size);
  return isPoint(width) && isPoint(height) && /^\s*https?:/i.test(src);
}
