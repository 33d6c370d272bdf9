// SPDX-License-Identifier: Apache-2.0
/** Base64 text — plain ASCII needs no base64: it is used so that simple filters cannot read the text. Some honest programs encode everything. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'base64-text',
  stage: 'message',
  summary: {
    en: 'Looks for text in base64 that has no need of it.',
    ja: '必要がないのに base64 で符号化された本文を調べる。',
  },
  needs: ['mime'],
  config: z.strictObject({}),
  symbols: {
    BASE64_PLAIN_TEXT: {
      weight: 1,
      says: {
        en: 'The text is plain ASCII, yet encoded in base64.',
        ja: '本文は ASCII 文字だけなのに base64 で符号化されている。',
      },
    },
  },
  run({ mime, found }) {
    const isNeedless = mime.parts.some(part => {
      if (part.type !== 'text' || part.encoding !== 'base64' || part.disposition === 'attachment') return false;
      const content = part.content(4_096);
      return content.length > 20 && isPlainText(content);
    });
    return isNeedless ? [found.BASE64_PLAIN_TEXT()] : [];
  },
});

/** ASCII in lines that need no wrapping: long lines are a reason for base64. ESC begins ISO-2022-JP. */
function isPlainText(content: Buffer): boolean {
  let lineLength = 0;
  for (const byte of content) {
    if (byte > 0x7e || byte === 0 || byte === 0x1b) return false;
    lineLength = byte === 0x0a ? 0 : lineLength + 1;
    if (lineLength > 998) return false;
  }
  return true;
}
