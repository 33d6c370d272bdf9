// SPDX-License-Identifier: Apache-2.0
/** Long words — runs of English letters longer than any word: noise put in against filters. Addresses, paths and encoded data are no words. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'long-words',
  stage: 'message',
  summary: { en: 'Looks for very long English words.', ja: '異常に長い英単語を調べる。' },
  needs: ['text'],
  config: z.strictObject({
    letters: z
      .number()
      .int()
      .min(15)
      .max(100)
      .default(24)
      .meta({ description: 'From how many letters on a word is too long. German compounds seldom pass 24.' }),
    words: z.number().int().min(1).max(100).default(2).meta({ description: 'How many such words there must be.' }),
  }),
  symbols: {
    LONG_WORDS: {
      weight: 0.4,
      says: {
        en: 'The text has {count} words of {letters} letters or more.',
        ja: '本文に {letters} 文字以上の英単語が {count} 個ある。',
      },
    },
  },
  run({ text, config: { letters, words }, found }) {
    const count = longWordsIn(text.shown, letters);
    return count >= words ? [found.LONG_WORDS({ count, letters })] : [];
  },
});

/**
 * A word stands between white space, brackets, quotes or punctuation. A run of so many letters covers every so-many-th place,
 * so only those are looked at: the cost is a fraction of reading the text.
 */
function longWordsIn(text: string, letters: number): number {
  let count = 0;
  for (let at = letters - 1; at < text.length; at += letters) {
    if (!isLetter(text.charCodeAt(at))) continue;
    let start = at;
    while (start > 0 && isLetter(text.charCodeAt(start - 1))) start--;
    let end = at + 1;
    while (end < text.length && isLetter(text.charCodeAt(end))) end++;
    if (end - start < letters) continue;
    if (isBorder(text.charCodeAt(start - 1)) && isBorder(text.charCodeAt(end)) && !isCompound(text.slice(start, end)))
      count++;
    at = end;
  }
  return count;
}

/** `NullPointerExceptionHandler`: people who write programs write so, and a rule that marked them would be felt. */
function isCompound(word: string): boolean {
  return /[a-z][A-Z]/.test(word);
}

function isLetter(unit: number): boolean {
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** The edge of the text (NaN), white space, or ordinary punctuation; not `/`, `_`, `=`, `@`, `-`, digits, which make paths and codes. */
function isBorder(unit: number): boolean {
  return Number.isNaN(unit) || unit <= 0x20 || unit === 0xa0 || ',.;:!?()"\'<>[]'.includes(String.fromCharCode(unit));
}
