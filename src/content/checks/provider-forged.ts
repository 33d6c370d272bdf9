// SPDX-License-Identifier: Apache-2.0
/**
 * Provider forged — mail in the name of a large mail provider that neither SPF nor DKIM confirms. These providers sign everything they send,
 * so it came from elsewhere. Lists break signatures, and old programs send for the address of their owner: not proof.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { alignmentOf } from '../aligned.ts';
import { signsEverything } from '../free-mail.ts';
import { shortenEnd } from '../shorten.ts';

export default defineCheck({
  name: 'provider-forged',
  stage: 'message',
  summary: {
    en: 'Looks whether mail in the name of a large provider really comes from there.',
    ja: '大手メールサービスのアドレスを名乗るメールが本当にそこから送られたかを調べる。',
  },
  needs: ['identities', 'spf', 'dkim'],
  config: z.strictObject({}),
  symbols: {
    PROVIDER_FORGED: {
      weight: 1.5,
      says: {
        en: 'From is at {domain}, which signs all its mail, but nothing confirms it.',
        ja: '差出人は {domain} だが、常に付くはずの署名などで確認できない。',
      },
    },
  },
  run({ client, identities: { author, handedOn }, spf, dkim, found }) {
    if (client.isOurs || !author || !signsEverything(author.address.domain)) return [];
    if (alignmentOf(author.address.domain, spf, dkim).kind !== 'unproved') return [];
    return [found.PROVIDER_FORGED({ domain: shortenEnd(author.address.domain) }, handedOn ? 0.1 : 1)];
  },
});
