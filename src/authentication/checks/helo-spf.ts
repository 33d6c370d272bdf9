// SPDX-License-Identifier: Apache-2.0
/**
 * HELO SPF — a client that names itself after a domain which says it is not of it. Of bounces it is all that SPF can tell (RFC 7208 2.4).
 * Forwarding changes nothing here, yet many an honest server calls itself after its mail domain and not after itself: it only weighs.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { Fault } from '../../core/faults.ts';
import { acted, resultAction } from '../result-actions.ts';

export default defineCheck({
  name: 'helo-spf',
  stage: 'message',
  summary: {
    en: 'Looks whether the domain in HELO lets this client send in its name (SPF).',
    ja: 'HELO のドメインが、この接続元からの送信を許しているかを調べる（SPF）。',
  },
  needs: ['heloSpf'],
  config: z.strictObject({
    fail: resultAction('weigh', 'What - leads to; honest servers call themselves after their mail domain, too'),
  }),
  symbols: {
    HELO_SPF_FAIL: {
      weight: 1,
      status: '7.23',
      says: {
        en: 'The client calls itself {domain}, which says that this client is not of it; it should call itself by its own name.',
        ja: '接続元は {domain} と名乗ったが、そのドメインはこの接続元からの送信を許していない。サーバ自身の名前を名乗る必要がある。',
      },
    },
  },
  run({ client, heloSpf, config, found }) {
    if (client.isOurs) return [];
    switch (heloSpf.result) {
      case 'fail':
        return acted(config.fail, found.HELO_SPF_FAIL({ domain: heloSpf.domain }));
      case 'pass':
      case 'softfail':
      case 'neutral':
      case 'none':
      case 'permerror':
        return [];
      case 'temperror':
        throw new Fault('dns-unavailable', { detail: heloSpf.reason ?? '' });
    }
  },
});
