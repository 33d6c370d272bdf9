// SPDX-License-Identifier: Apache-2.0
/** MIME — the message taken apart: header fields, parts, decoded texts. Made once, read by all. */
import { defineFact, type Measured } from '../../check/fact.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import type { MimeMessage } from '../../wire/mime/types.ts';

declare module '../../check/fact.ts' {
  interface Facts {
    readonly mime: Measured<'message', MimeMessage>;
  }
}

export default defineFact({
  name: 'mime',
  scope: 'message',
  summary: { en: 'The header fields and parts of the message.', ja: 'メッセージのヘッダとパート。' },
  needs: [],
  deadlineMs: 5_000,
  read: ({ message }) => parseMessage(message.bytes),
  record: mime => ({ parts: mime.parts.length, defects: [...mime.defects] }),
});
