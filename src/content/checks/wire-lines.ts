// SPDX-License-Identifier: Apache-2.0
/** Wire lines — lines no mail program writes: over 998 octets, ended by a bare CR or LF, or with NUL. Devices and scripts do; so it weighs little. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'wire-lines',
  stage: 'message',
  summary: {
    en: 'Looks at the lines as they came: too long, wrongly ended, with NUL.',
    ja: '受信した行の形式（長すぎる行、不正な改行、NUL）を調べる。',
  },
  needs: [],
  config: z.strictObject({}),
  symbols: {
    LINE_TOO_LONG: {
      weight: 0.4,
      says: {
        en: 'A line has {octets} octets; 998 are allowed.',
        ja: '{octets} オクテットの行がある（上限は 998）。',
      },
    },
    LINE_BARE_NEWLINE: {
      weight: 0.3,
      says: {
        en: '{count} lines ended with a bare CR or LF.',
        ja: 'CR または LF だけで終わる行が {count} 行ある。',
      },
    },
    LINE_NUL: { weight: 0.5, says: { en: 'The message has NUL octets.', ja: 'メッセージに NUL が含まれている。' } },
  },
  run({ message: { wire }, found }) {
    return [
      ...(wire.longestLine > 998 ? [found.LINE_TOO_LONG({ octets: wire.longestLine })] : []),
      ...(wire.bareNewlines > 0 ? [found.LINE_BARE_NEWLINE({ count: wire.bareNewlines })] : []),
      ...(wire.hasNul ? [found.LINE_NUL()] : []),
    ];
  },
});
