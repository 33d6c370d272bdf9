// SPDX-License-Identifier: Apache-2.0
/** Subject — missing, empty or shouted. A short shout (`URGENT`, `FYI`) is everyday mail; only a long one counts. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'subject',
  stage: 'message',
  summary: {
    en: 'Looks for a subject that is missing, empty or all in capitals.',
    ja: '件名がない、空、またはすべて大文字であるかを調べる。',
  },
  needs: ['mime'],
  config: z.strictObject({
    capitals: z
      .number()
      .int()
      .min(4)
      .max(200)
      .default(10)
      .meta({ description: 'How many letters a subject must have before capitals alone count as shouting.' }),
  }),
  symbols: {
    SUBJECT_MISSING: { weight: 0.5, says: { en: 'The message has no subject.', ja: '件名（Subject）がない。' } },
    SUBJECT_EMPTY: { weight: 0.5, says: { en: 'The subject is empty.', ja: '件名が空である。' } },
    SUBJECT_CAPITALS: {
      weight: 1,
      says: { en: 'The subject is all in capitals.', ja: '件名がすべて大文字で書かれている。' },
    },
  },
  run({ mime, config, found }) {
    const field = mime.headers.first('subject');
    if (!field) return [found.SUBJECT_MISSING()];
    const subject = field.text.trim();
    if (subject === '') return [found.SUBJECT_EMPTY()];
    const letters = subject.replace(/^((re|fwd?|aw):|\[[^\]]*\]|\s)+/i, '').replace(/[^\p{Lu}\p{Ll}]+/gu, '');
    return letters.length >= config.capitals && !/\p{Ll}/u.test(letters) ? [found.SUBJECT_CAPITALS()] : [];
  },
});
