// SPDX-License-Identifier: Apache-2.0
/**
 * Sender allow — the operator's list of senders that are welcome, by address or domain. Anyone can write any sender into MAIL:
 * an entry counts only when SPF says that the client may use that domain. Authors signed by DKIM have a list of their own, `author-allow`.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { addressEntries, entryFor } from '../../core/address-entries.ts';

export default defineCheck({
  name: 'sender-allow',
  stage: 'sender',
  summary: {
    en: 'Lets in senders by address or domain (envelope), if SPF proves the domain.',
    ja: '送信者（エンベロープ From）をアドレスやドメインのリストで許可する。SPF で確認できた場合に限る。',
  },
  needs: ['spf'],
  config: z.strictObject({
    list: addressEntries(
      'Senders whose mail is not held back, once SPF has proved their domain: `alice@example.org`, `example.org`, or `.example.org` for it and all domains under it.',
    ),
  }),
  isIdle: ({ list }) => list.length === 0,
  symbols: {
    SENDER_ALLOWED: {
      weight: -8,
      says: {
        en: 'The sender is on the list of allowed senders ({entry}), and SPF proves it.',
        ja: '送信者が許可リストにあり（{entry}）、SPF で確認できた。',
      },
    },
    SENDER_ALLOW_UNPROVED: {
      weight: 0,
      says: {
        en: 'The sender is on the list of allowed senders ({entry}), but nothing proves that it is really that sender.',
        ja: '送信者は許可リストにある（{entry}）が、本人であることを確認できない。',
      },
    },
  },
  run({ sender, spf, config, found }) {
    const entry = sender.address === null ? undefined : entryFor(config.list, sender.address);
    if (entry === undefined) return [];
    const isProved =
      spf.result === 'pass' &&
      !spf.passesAnyone &&
      spf.identity === 'mailfrom' &&
      spf.domain === sender.address?.domain;
    return [isProved ? found.SENDER_ALLOWED({ entry }) : found.SENDER_ALLOW_UNPROVED({ entry })];
  },
});
