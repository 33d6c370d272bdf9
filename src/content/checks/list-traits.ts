// SPDX-License-Identifier: Apache-2.0
/** List traits — whole sets of list headers (RFC 2369, 2919) are seldom forged and speak a little for mail; `Precedence: bulk` alone says only that it is mass mail. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'list-traits',
  stage: 'message',
  summary: {
    en: 'Looks for the traits of a mailing list or of mass mail.',
    ja: 'メーリングリストや一斉送信の特徴を調べる。',
  },
  needs: ['mime'],
  config: z.strictObject({}),
  symbols: {
    LIST_COMPLETE: {
      weight: -0.3,
      says: {
        en: 'It has the whole set of header fields of a mailing list.',
        ja: 'メーリングリストのヘッダが一式そろっている。',
      },
    },
    LIST_BULK: {
      weight: 0.1,
      says: { en: 'It calls itself mass mail.', ja: '一斉送信メールであると表示している。' },
    },
  },
  run({ mime: { headers }, found }) {
    const has = (key: string) => headers.first(key) !== undefined;
    if (has('list-id') && has('list-post') && (has('list-unsubscribe') || has('list-help')))
      return [found.LIST_COMPLETE()];
    const isBulk = /^(bulk|junk)$/i.test(headers.first('precedence')?.raw ?? '');
    return isBulk && !has('list-id') && !has('list-unsubscribe') ? [found.LIST_BULK()] : [];
  },
});
