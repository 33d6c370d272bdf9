// SPDX-License-Identifier: Apache-2.0
/**
 * Reply-To — answers that would go elsewhere than to the author. Lists and ticket systems do it rightly.
 * A free mail box for answers to a company's address is how advance-fee and invoice frauds work.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { isFreeMail } from '../free-mail.ts';
import { isSameOrganisation } from '../../core/organisation.ts';
import { shortenEnd } from '../shorten.ts';

export default defineCheck({
  name: 'reply-to',
  stage: 'message',
  summary: {
    en: 'Looks whether answers would go elsewhere than to the author.',
    ja: '返信先（Reply-To）が差出人と違うところを指していないかを調べる。',
  },
  needs: ['identities'],
  config: z.strictObject({}),
  symbols: {
    REPLY_TO_ELSEWHERE: {
      weight: 0.4,
      says: {
        en: 'Answers would go to {reply}, not to {author}.',
        ja: '返信先は {reply} で、差出人の {author} ではない。',
      },
    },
    REPLY_TO_FREE_MAIL: {
      weight: 1.5,
      says: {
        en: 'Answers would go to a free mail box at {reply}, not to {author}.',
        ja: '返信先がフリーメール（{reply}）で、差出人の {author} ではない。',
      },
    },
  },
  run({ client, identities: { author, replyTo, to, handedOn }, found }) {
    const [first] = replyTo;
    if (client.isOurs || !author || !first) return [];
    const home = author.address.domain;
    if (replyTo.some(({ address }) => isSameOrganisation(address.domain, home))) return [];
    // A list that sets no List-Id still sends answers to itself.
    const isToList = to.some(({ address }) => isSameOrganisation(address.domain, first.address.domain));
    const details = { reply: shortenEnd(first.address.domain), author: shortenEnd(home) };
    const share = handedOn || isToList ? 0.05 : 1;
    return [
      isFreeMail(first.address.domain)
        ? found.REPLY_TO_FREE_MAIL(details, share)
        : found.REPLY_TO_ELSEWHERE(details, share),
    ];
  },
});
