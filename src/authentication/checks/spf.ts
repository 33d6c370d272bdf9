// SPDX-License-Identifier: Apache-2.0
/**
 * SPF — mail from a client that the sender's domain does not name is likelier to be forged; it may also have been forwarded.
 * That is why a fail only weighs and alone never leads to Junk. Null senders are left to the check `helo-spf`.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { Fault } from '../../core/faults.ts';
import { passesAnyone } from '../spf.ts';

export default defineCheck({
  name: 'spf',
  stage: 'message',
  summary: {
    en: 'Looks whether the domain of the sender address lets this client send in its name (SPF).',
    ja: '送信者アドレスのドメインが、この接続元からの送信を許しているかを調べる（SPF）。',
  },
  needs: ['spf'],
  config: z.strictObject({}),
  symbols: {
    SPF_PASS: {
      weight: -0.1,
      says: {
        en: 'The domain of the sender, {domain}, lets this client send.',
        ja: '送信者のドメイン {domain} は、この接続元からの送信を許している。',
      },
    },
    SPF_PASSES_ANYONE: {
      weight: 1,
      says: {
        en: 'The domain of the sender, {domain}, lets everyone on the Internet send in its name.',
        ja: '送信者のドメイン {domain} は、誰からの送信でも許している。',
      },
    },
    SPF_FAIL: {
      weight: 1.5,
      says: {
        en: 'The domain of the sender, {domain}, says that this client may not send in its name.',
        ja: '送信者のドメイン {domain} は、この接続元からの送信を許していない。',
      },
    },
    SPF_SOFTFAIL: {
      weight: 0.7,
      says: {
        en: 'The domain of the sender, {domain}, does not expect this client to send in its name.',
        ja: '送信者のドメイン {domain} は、この接続元からの送信を想定していない。',
      },
    },
    SPF_BROKEN: {
      weight: 0.3,
      says: {
        en: 'The SPF record of {domain} cannot be used: {reason}.',
        ja: '{domain} の SPF レコードが誤っている: {reason}。',
      },
    },
  },
  run({ client, spf, found }) {
    if (client.isOurs || spf.identity !== 'mailfrom') return [];
    const { domain, reason = '' } = spf;
    switch (spf.result) {
      case 'pass':
        return [passesAnyone(spf) ? found.SPF_PASSES_ANYONE({ domain }) : found.SPF_PASS({ domain })];
      case 'fail':
        return [found.SPF_FAIL({ domain })];
      case 'softfail':
        return [found.SPF_SOFTFAIL({ domain })];
      case 'permerror':
        return [found.SPF_BROKEN({ domain, reason })];
      case 'neutral':
      case 'none':
        return [];
      case 'temperror':
        throw new Fault('dns-unavailable', { detail: reason });
    }
  },
});
