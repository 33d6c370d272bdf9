// SPDX-License-Identifier: Apache-2.0
/** Body — nothing in it, a single link, or all in capitals. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'body',
  stage: 'message',
  summary: { en: 'Looks at the text as a whole.', ja: '本文全体の様子を調べる。' },
  needs: ['mime', 'text', 'links'],
  config: z.strictObject({
    capitals: z
      .number()
      .int()
      .min(10)
      .max(100)
      .default(50)
      .meta({ description: 'From how many percent of capitals among the letters on the text is shouted.' }),
    letters: z
      .number()
      .int()
      .min(20)
      .max(10_000)
      .default(200)
      .meta({ description: 'How many letters the text must have for that.' }),
  }),
  symbols: {
    BODY_EMPTY: {
      weight: 0.5,
      says: { en: 'There is no text and nothing is attached.', ja: '本文も添付ファイルもない。' },
    },
    BODY_ONLY_LINK: {
      weight: 0.4,
      says: { en: 'There is hardly more in it than a link.', ja: '本文がほぼリンクだけである。' },
    },
    BODY_CODE_TAIL: {
      weight: 0.5,
      says: {
        en: 'The text ends with a random code, so that no two copies are alike.',
        ja: '本文の末尾に、1 通ごとに変えるための無作為な文字列がある。',
      },
    },
    BODY_CAPITALS: {
      weight: 0.7,
      says: { en: '{percent} % of the letters are capitals.', ja: '本文の英字の {percent}％ が大文字である。' },
    },
  },
  run({ mime, text: { shown }, links, config, found }) {
    const bare = shown.trim();
    const hasMore = (): boolean =>
      mime.parts.some(
        part => !(part.type === 'text' || part.type === 'multipart') || part.disposition === 'attachment',
      );
    if (bare === '' && links.length === 0) return hasMore() ? [] : [found.BODY_EMPTY()];
    if (links.length > 0 && links.length <= 2 && isOnlyLink(bare) && !hasMore()) return [found.BODY_ONLY_LINK()];
    const tail = codeTail.test(bare.slice(-100)) ? [found.BODY_CODE_TAIL()] : [];
    const { upper, lower } = lettersIn(bare);
    const percent = Math.round((100 * upper) / Math.max(1, upper + lower));
    return upper + lower >= config.letters && percent >= config.capitals
      ? [found.BODY_CAPITALS({ percent }), ...tail]
      : tail;
  },
});

/** A last line of 10 to 40 letters and digits mixed, as in `7384xKrQ9-112`. Words and numbers alone are none. */
const codeTail = /\n[ \t]*(?=[a-z-]{0,40}\d)(?=[\d-]{0,40}[a-z])[a-z\d-]{10,40}[ \t]*$/i;

/** Less than a sentence beside the address. */
function isOnlyLink(text: string): boolean {
  return text.length < 2_100 && text.replace(/\bhttps?:\S+/gi, '').trim().length < 30;
}

/** How a text begins is how it goes on. */
const lettersRead = 3_000;

function lettersIn(text: string): { readonly upper: number; readonly lower: number } {
  const both = sumOf(countedAs, Buffer.from(text.slice(0, lettersRead)));
  return { upper: both >>> 16, lower: both & 0xffff };
}

/** By byte of UTF-8, capitals and small letters of ASCII; two counts in one number, which holds 65,535 of each. */
const countedAs = Uint32Array.from({ length: 256 }, (_, byte) => {
  const sign = String.fromCharCode(byte);
  return /[a-z]/.test(sign) ? 1 : /[A-Z]/.test(sign) ? 0x1_00_00 : 0;
});

/** Compiled code of a loop with something behind it was thrown out at its end, each time anew; and of trimmed strings each sign is looked up. */
function sumOf(values: Uint32Array, bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) sum += values[bytes[i] ?? 0] ?? 0;
  return sum;
}
