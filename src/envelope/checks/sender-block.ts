// SPDX-License-Identifier: Apache-2.0
/**
 * Sender block — the operator's list of senders that are refused, by address or domain.
 * Apart from the list of allowed senders, because that one waits for SPF: a blocked sender could stall his own name servers to slip by.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { addressEntries, entryFor } from '../../core/address-entries.ts';

export default defineCheck({
  name: 'sender-block',
  stage: 'sender',
  summary: {
    en: 'Keeps out senders by address or domain (envelope).',
    ja: '送信者（エンベロープ From）をアドレスやドメインのリストで拒否する。',
  },
  needs: [],
  config: z.strictObject({
    list: addressEntries(
      'Senders whose mail is refused: `alice@example.org`, `example.org`, or `.example.org` for it and all domains under it.',
    ),
  }),
  isIdle: ({ list }) => list.length === 0,
  symbols: {
    SENDER_BLOCKED: {
      weight: 8,
      advice: 'reject',
      says: {
        en: 'The sender is on the list of blocked senders ({entry}).',
        ja: '送信者が拒否リストにある（{entry}）。',
      },
    },
  },
  run({ sender, config, found }) {
    const entry = sender.address === null ? undefined : entryFor(config.list, sender.address);
    return entry === undefined ? [] : [found.SENDER_BLOCKED({ entry })];
  },
});
