// SPDX-License-Identifier: Apache-2.0
/**
 * Disguised words — letters kept readable for people and made unreadable for filters: invisible characters inside words,
 * letters of two scripts in one word, letters set apart (`v i a g r a`, `f.r.e.e`).
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { invisibleInWords } from '../fold.ts';

export default defineCheck({
  name: 'disguised-words',
  stage: 'message',
  summary: {
    en: 'Looks for words disguised against filters.',
    ja: 'フィルタをすり抜けるために偽装された単語を調べる。',
  },
  needs: ['text'],
  config: z.strictObject({
    count: z
      .number()
      .int()
      .min(1)
      .max(1_000)
      .default(3)
      .meta({ description: 'How many disguised words there must be: one or two happen by accident.' }),
  }),
  symbols: {
    WORDS_INVISIBLE_LETTERS: {
      weight: 1.5,
      says: {
        en: 'Invisible characters stand inside {count} words.',
        ja: '{count} か所で単語の中に見えない文字が入っている。',
      },
    },
    WORDS_MIXED_SCRIPTS: {
      weight: 1.5,
      says: {
        en: '{count} words mix Latin letters with look-alikes of another script.',
        ja: 'ラテン文字に似た別の文字を混ぜた単語が {count} 個ある。',
      },
    },
    WORDS_APART: {
      weight: 0.8,
      says: {
        en: '{count} words are written with their letters set apart.',
        ja: '1 文字ずつ離して書かれた単語が {count} 個ある。',
      },
    },
  },
  run({ text: { subject, shown, folded, isAscii }, config, found }) {
    const apart = folded.match(lettersApart)?.length ?? 0;
    const all = isAscii ? '' : `${subject}\n${shown}`;
    const invisible = isAscii ? 0 : invisibleInWords(all);
    const mixed = isAscii ? 0 : (all.match(mixedScripts)?.length ?? 0);
    return [
      ...(invisible >= config.count ? [found.WORDS_INVISIBLE_LETTERS({ count: invisible })] : []),
      ...(mixed >= config.count ? [found.WORDS_MIXED_SCRIPTS({ count: mixed })] : []),
      ...(apart >= config.count ? [found.WORDS_APART({ count: apart })] : []),
    ];
  },
});

/** Five letters or more, each with the same single sign between: `v.i.a.g.r.a`. Not `a.b.c` in a list, nor `I I I`. */
const lettersApart = /(?<![a-z0-9])[a-z]([ .*_-])[a-z](?:\1[a-z]){3,20}(?![a-z0-9])/g;
/** A Latin letter beside a Cyrillic or Greek one. */
const mixedScripts = /[A-Za-z][\u0370-\u03ff\u0400-\u04ff]|[\u0370-\u03ff\u0400-\u04ff][A-Za-z]/g;
