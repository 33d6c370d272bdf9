// SPDX-License-Identifier: Apache-2.0
/** Charset — text in a charset that is unknown, refused (UTF-7, which hides markup), or not the one declared. Old Japanese mail is often mislabelled: no weight there. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'charset',
  stage: 'message',
  summary: { en: 'Looks at the charsets of the text.', ja: '本文の文字コードを調べる。' },
  // Wrong encodings show only once the text is decoded.
  needs: ['mime', 'text'],
  config: z.strictObject({}),
  symbols: {
    CHARSET_REFUSED: {
      weight: 1,
      says: {
        en: 'The text is in a charset that is used to hide things (UTF-7).',
        ja: '内容を隠すために使われる文字コード（UTF-7）で書かれている。',
      },
    },
    CHARSET_UNKNOWN: {
      weight: 0.5,
      says: { en: 'The text is in a charset nobody knows.', ja: '未知の文字コードが指定されている。' },
    },
    CHARSET_WRONG: {
      weight: 0.1,
      says: { en: 'The text is not in the charset it declares.', ja: '宣言された文字コードと本文が合わない。' },
    },
    ENCODED_WORD_BROKEN: {
      weight: 0.3,
      says: { en: 'A header field is wrongly encoded.', ja: 'ヘッダの符号化（encoded-word）が正しくない。' },
    },
  },
  run({ mime: { defects }, found }) {
    return [
      ...(defects.has('charset-refused') ? [found.CHARSET_REFUSED()] : []),
      ...(defects.has('unknown-charset') ? [found.CHARSET_UNKNOWN()] : []),
      ...(defects.has('wrong-charset') ? [found.CHARSET_WRONG()] : []),
      ...(defects.has('bad-encoded-word') ? [found.ENCODED_WORD_BROKEN()] : []),
    ];
  },
});
