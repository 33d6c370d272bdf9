// SPDX-License-Identifier: Apache-2.0
/**
 * Correspondent — the learned white list: whom our own users write to, and who answers what they wrote, is wanted. Honoured only where SPF or DKIM
 * proves the author: what `conversation` credits to anybody who names a Message-ID of ours can be read in the archive of a list.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { formatAddress } from '../../core/address.ts';
import { toULabels } from '../../core/domain.ts';

export default defineCheck({
  name: 'correspondent',
  stage: 'mailbox',
  summary: {
    en: 'Looks whether the recipient has written to the author, or the author answers us, where the author is proven.',
    ja: '証明された差出人について、受信者が以前メールを書いた相手か、当方のメールへの返信かを調べる（学習されるホワイトリスト）。',
  },
  needs: ['correspondents', 'conversation'],
  config: z.strictObject({}),
  symbols: {
    CORRESPONDENT_WRITTEN_TO: {
      weight: -3,
      says: {
        en: 'The recipient wrote to this author on {day}, and the author is proven ({domain}).',
        ja: '受信者は {day} にこの差出人へメールを書いており、差出人は証明されている（{domain}）。',
      },
    },
    CORRESPONDENT_ANSWERS: {
      weight: -1,
      says: {
        en: 'It answers a message that was sent from here, and its author is proven ({domain}).',
        ja: 'ここから送信したメッセージへの返信で、差出人は証明されている（{domain}）。',
      },
    },
  },
  run({ recipient, correspondents, conversation, found }) {
    const { isProven, author, lastWrote } = correspondents;
    if (!isProven) return [];
    const domain = toULabels(author.slice(author.lastIndexOf('@') + 1));
    const day = lastWrote.get(formatAddress(recipient.address));
    return [
      ...(day === undefined ? [] : [found.CORRESPONDENT_WRITTEN_TO({ day, domain })]),
      ...(conversation.answersUs ? [found.CORRESPONDENT_ANSWERS({ domain })] : []),
    ];
  },
});
