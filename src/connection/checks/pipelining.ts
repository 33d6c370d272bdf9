// SPDX-License-Identifier: Apache-2.0
/**
 * Pipelining — commands sent ahead where an answer had to be waited for (RFC 2920 3.1): a client that does not read answers. Looked at when the
 * message is there, since most of it is seen at DATA. It only weighs: some old honest programs do it.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { isStranger } from '../stranger.ts';

export default defineCheck({
  name: 'pipelining',
  stage: 'message',
  summary: {
    en: 'Looks whether the client sent commands ahead where it had to wait for an answer.',
    ja: '接続元が応答を待つべきところで、次のコマンドを先に送ったかを調べる。',
  },
  needs: [],
  config: z.strictObject({}),
  symbols: {
    PIPELINING_UNAUTHORISED: {
      weight: 1,
      says: {
        en: 'The client sent commands ahead where it had to wait for an answer.',
        ja: '接続元が、応答を待つべきところで次のコマンドを先に送った。',
      },
    },
  },
  run: ({ client, conduct, found }) =>
    isStranger(client) && conduct.oddities.has('unauthorised-pipelining') ? [found.PIPELINING_UNAUTHORISED()] : [],
});
