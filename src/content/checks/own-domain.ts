// SPDX-License-Identifier: Apache-2.0
/**
 * Own domain — mail that says one of us wrote it, from a client that is not ours and with nothing to prove it.
 * Lists hand our own users' mail back to us so, and forwarders too: near nothing where List-Id or Resent-* explains it.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { alignmentOf } from '../aligned.ts';
import { shortenEnd } from '../shorten.ts';

export default defineCheck({
  name: 'own-domain',
  stage: 'message',
  summary: {
    en: 'Looks whether a stranger writes in the name of our own domain.',
    ja: '外部から当方のドメインを差出人として名乗っていないかを調べる。',
  },
  needs: ['identities', 'spf', 'dkim'],
  config: z.strictObject({}),
  symbols: {
    OWN_DOMAIN_FORGED: {
      weight: 3,
      says: {
        en: 'From names our own domain {domain}, but the mail comes from outside and nothing proves it.',
        ja: '差出人は当方のドメイン {domain} を名乗るが、外部から届き、確認もできない。',
      },
    },
  },
  run({ client, identities: { author, local, handedOn }, spf, dkim, found }) {
    if (client.isOurs || !author || !local.author) return [];
    if (alignmentOf(author.address.domain, spf, dkim).kind !== 'unproved') return [];
    return [found.OWN_DOMAIN_FORGED({ domain: shortenEnd(author.address.domain) }, handedOn ? 0.1 : 1)];
  },
});
