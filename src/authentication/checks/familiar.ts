// SPDX-License-Identifier: Apache-2.0
/**
 * Familiar — a sender whose wanted mail has come here before. It is never kept waiting; the credit is small, since most of those who are familiar
 * were taken for wanted by us and not by a person: what is wrong once must not make itself right for ever.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { toULabels } from '../../core/domain.ts';

export default defineCheck({
  name: 'familiar',
  stage: 'message',
  summary: {
    en: 'Looks whether wanted mail of this sender has come here before.',
    ja: 'この送信者から以前に必要なメールが届いているか（お馴染みさん）を調べる。',
  },
  needs: ['familiar'],
  config: z.strictObject({}),
  symbols: {
    FAMILIAR_DOMAIN: {
      weight: -0.5,
      says: {
        en: 'Wanted mail of {domain}, which lets this client send for it (SPF), has come here before: it was not kept waiting.',
        ja: '{domain}（SPF でこの接続元からの送信を認めている）からは、以前にも必要なメールが届いている（お馴染みさん）。待たせていない。',
      },
    },
    FAMILIAR_NETWORK: {
      weight: -0.2,
      says: {
        en: 'Wanted mail has come before from {network}, from a server that greets like this one: it was not kept waiting.',
        ja: '{network} の、同じように名乗るサーバからは、以前にも必要なメールが届いている（お馴染みさん）。待たせていない。',
      },
    },
    FAMILIAR_ADDRESS: {
      weight: 0,
      says: {
        en: 'The client is among the addresses of a familiar sender: it was not kept waiting. This sender itself is not familiar.',
        ja: '接続元は、お馴染みさんの送信元ネットワークに含まれる。待たせていない。ただし、この送信者自身はお馴染みさんではない。',
      },
    },
  },
  run({ client, familiar, found }) {
    switch (familiar.by) {
      case 'domain':
        return [found.FAMILIAR_DOMAIN({ domain: toULabels(familiar.identity.slice('domain:'.length)) })];
      case 'network':
        return [found.FAMILIAR_NETWORK({ network: client.network })];
      case 'address':
        return [found.FAMILIAR_ADDRESS()];
      case 'inside':
      case 'nobody':
        return [];
    }
  },
});
