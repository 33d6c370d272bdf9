// SPDX-License-Identifier: Apache-2.0
/** MIME fact — the message as facts here are given it, for tests: the real one is measured by content, which no stage may import. */
import { defineFact } from '../check/fact.ts';
import { parseMessage } from '../wire/mime/parse.ts';

export const mimeFact = defineFact({
  name: 'mime',
  scope: 'message',
  summary: { en: 'The message.', ja: 'メッセージ。' },
  needs: [],
  deadlineMs: 1_000,
  read: ({ message }) => parseMessage(message.bytes),
});
