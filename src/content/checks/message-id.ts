// SPDX-License-Identifier: Apache-2.0
/** Message-ID — honest programs name every message; many spam programs do not, or badly (RFC 5322 3.6.4 says SHOULD). */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'message-id',
  stage: 'message',
  summary: { en: 'Looks whether the message has a proper Message-ID.', ja: '正しい Message-ID があるかを調べる。' },
  needs: ['mime'],
  config: z.strictObject({}),
  symbols: {
    MESSAGE_ID_MISSING: {
      weight: 0.8,
      says: { en: 'The message has no Message-ID.', ja: 'Message-ID がない。' },
    },
    MESSAGE_ID_BROKEN: {
      weight: 0.8,
      says: { en: 'The Message-ID is not of the form <left@right>.', ja: 'Message-ID が <左@右> の形でない。' },
    },
  },
  run({ mime, found }) {
    const field = mime.headers.first('message-id');
    if (!field) return [found.MESSAGE_ID_MISSING()];
    return /^<[^<>\s@]+@[^<>\s@]+>$/.test(field.raw) ? [] : [found.MESSAGE_ID_BROKEN()];
  },
});
