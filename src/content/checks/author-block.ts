// SPDX-License-Identifier: Apache-2.0
/** Author block — the operator's list of unwanted authors (header From), by address or domain. Needs no proof: whoever writes such a name has only himself to blame. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { addressEntries, entryFor } from '../../core/address-entries.ts';

export default defineCheck({
  name: 'author-block',
  stage: 'message',
  summary: {
    en: 'Keeps out authors by address or domain (From).',
    ja: '差出人（From）をアドレスやドメインのリストで拒否する。',
  },
  needs: ['identities'],
  config: z.strictObject({
    list: addressEntries(
      'Authors whose mail is unwanted: `alice@example.org`, `example.org`, or `.example.org` for it and all domains under it.',
    ),
  }),
  isIdle: ({ list }) => list.length === 0,
  symbols: {
    AUTHOR_BLOCKED: {
      weight: 8,
      advice: 'reject',
      says: {
        en: 'The author is on the list of blocked authors ({entry}).',
        ja: '差出人が拒否リストにある（{entry}）。',
      },
    },
  },
  run({ identities: { from }, config, found }) {
    for (const { address } of from) {
      const entry = entryFor(config.list, address);
      if (entry !== undefined) return [found.AUTHOR_BLOCKED({ entry })];
    }
    return [];
  },
});
