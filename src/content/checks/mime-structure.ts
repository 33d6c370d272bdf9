// SPDX-License-Identifier: Apache-2.0
/** MIME structure — what is broken in the building of a message. Honest programs err too, so each defect is light; charsets are judged by `charset`. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import type { Defect } from '../../wire/mime/types.ts';

export default defineCheck({
  name: 'mime-structure',
  stage: 'message',
  summary: { en: 'Looks for broken MIME structure.', ja: 'MIME 構造の誤りを調べる。' },
  // Wrong encodings show only once the text is decoded.
  needs: ['mime', 'text'],
  config: z.strictObject({}),
  symbols: {
    MIME_BOUNDARY: {
      weight: 0.6,
      says: {
        en: 'The boundary between parts is missing or never closed.',
        ja: 'パートの境界（boundary）がない、または閉じられていない。',
      },
    },
    MIME_ENCODING: {
      weight: 0.6,
      says: { en: 'A part is not encoded as it says.', ja: '宣言どおりに符号化されていないパートがある。' },
    },
    MIME_HEADER: {
      weight: 0.8,
      says: { en: 'The header has lines that are no fields.', ja: 'ヘッダにフィールドでない行がある。' },
    },
    MIME_EXCESS: {
      weight: 1,
      says: {
        en: 'The message has more parts, levels or fields than are looked at.',
        ja: 'パート、階層、またはヘッダが検査の上限を超えている。',
      },
    },
    MIME_REPEATED: {
      weight: 0.8,
      says: {
        en: 'A part declares its type or encoding more than once, and mail programs differ in which they believe.',
        ja: '種類または符号化を二度以上宣言しているパートがあり、メールソフトによって解釈が異なる。',
      },
    },
    MIME_VERSION_MISSING: {
      weight: 0.1,
      says: {
        en: 'The message has MIME fields but no MIME-Version.',
        ja: 'MIME のヘッダがあるのに MIME-Version がない。',
      },
    },
  },
  run({ mime: { defects, headers }, found }) {
    const has = (name: Defect) => defects.has(name);
    const usesMime = headers.first('content-type') ?? headers.first('content-transfer-encoding');
    return [
      ...(has('boundary-missing') || has('boundary-unclosed') ? [found.MIME_BOUNDARY()] : []),
      ...(has('bad-base64') || has('bad-quoted-printable') || has('unknown-encoding') ? [found.MIME_ENCODING()] : []),
      ...(has('field-without-colon') ? [found.MIME_HEADER()] : []),
      ...(has('too-deep') || has('too-many-parts') || has('too-many-fields') || has('header-too-long')
        ? [found.MIME_EXCESS()]
        : []),
      ...(has('repeated-type') || has('repeated-encoding') ? [found.MIME_REPEATED()] : []),
      ...(usesMime && !headers.first('mime-version') ? [found.MIME_VERSION_MISSING()] : []),
    ];
  },
});
