// SPDX-License-Identifier: Apache-2.0
/** IIM — a signature of Identified Internet Mail is listed and weighs nothing: it cannot be verified any more. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'iim',
  stage: 'message',
  defaultMode: 'observe',
  summary: {
    en: 'Recognises signatures of Identified Internet Mail (an ancestor of DKIM).',
    ja: 'Identified Internet Mail（DKIM の前身）の署名を認識する。',
  },
  needs: ['iim'],
  config: z.strictObject({}),
  symbols: {
    IIM_SIGNED: {
      weight: 0,
      says: {
        en: 'The message has a signature of Identified Internet Mail, vouched for by {host}; its key servers are gone, so that it is not verified. The sender should sign with DKIM.',
        ja: 'Identified Internet Mail の署名（鍵サーバ: {host}）がある。鍵サーバはもう存在しないため検証しない。送信者は DKIM で署名する必要がある。',
      },
    },
  },
  run({ client, iim: { signatures }, found }) {
    const [first] = signatures;
    return client.isOurs || !first ? [] : [found.IIM_SIGNED({ host: first.host || '?' })];
  },
});
