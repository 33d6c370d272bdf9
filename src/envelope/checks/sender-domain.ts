// SPDX-License-Identifier: Apache-2.0
/** Sender domain — mail whose sender has no domain cannot be answered, nor returned; nearly always the address is invented. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'sender-domain',
  stage: 'sender',
  summary: {
    en: 'Looks whether the domain of the sender address exists and takes mail.',
    ja: '送信者アドレスのドメインが実在し、メールを受け取れるかを調べる。',
  },
  needs: ['senderDomain'],
  config: z.strictObject({}),
  symbols: {
    SENDER_DOMAIN_MISSING: {
      weight: 4,
      advice: 'reject',
      status: '1.8',
      says: {
        en: 'The domain of the sender, {domain}, does not exist.',
        ja: '送信者のドメイン {domain} は存在しない。',
      },
    },
    SENDER_DOMAIN_UNREACHABLE: {
      weight: 2,
      status: '1.8',
      says: {
        en: 'The domain of the sender, {domain}, has no mail server.',
        ja: '送信者のドメイン {domain} にはメールサーバがない。',
      },
    },
    SENDER_DOMAIN_NO_MAIL: {
      weight: 1.5,
      status: '7.27',
      says: {
        en: 'The domain of the sender, {domain}, declares that it takes no mail (null MX).',
        ja: '送信者のドメイン {domain} はメールを受け取らないと宣言している（null MX）。',
      },
    },
  },
  run({ client, senderDomain, found }) {
    if (client.isOurs) return [];
    switch (senderDomain.kind) {
      case 'none':
      case 'exists':
        return [];
      case 'missing':
        return [found.SENDER_DOMAIN_MISSING({ domain: senderDomain.domain })];
      case 'unreachable':
        return [found.SENDER_DOMAIN_UNREACHABLE({ domain: senderDomain.domain })];
      case 'null-mx':
        return [found.SENDER_DOMAIN_NO_MAIL({ domain: senderDomain.domain })];
    }
  },
});
