// SPDX-License-Identifier: Apache-2.0
/**
 * Reverse name — a client without a name in DNS, or with one that does not lead back to it (the paranoid check), is likelier to be no mail server.
 * Many honest ones are set up so too: by itself it costs a little and a pause. No answer of DNS is nobody's fault and weighs nothing.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { Fault } from '../../core/faults.ts';
import { toULabels } from '../../core/domain.ts';
import { penalised, penalty } from '../penalty.ts';

export default defineCheck({
  name: 'reverse-name',
  stage: 'connect',
  summary: {
    en: 'Looks whether the address of the client has a name in DNS, and whether that name leads back to it.',
    ja: '接続元 IP アドレスに逆引きホスト名があり、その正引きが同じアドレスに戻るかを調べる（パラノイド検査）。',
  },
  needs: ['strangerName'],
  config: z.strictObject({
    missing: penalty('delay', 'What an address without a name leads to'),
    unconfirmed: penalty('delay', 'What a name leads to that does not lead back to the address'),
  }),
  symbols: {
    REVERSE_NAME_MISSING: {
      weight: 0.5,
      advice: 'delay',
      yieldsToPatience: true,
      status: '7.25',
      says: {
        en: 'The address {ip} has no name in DNS. A mail server should have a PTR record; whoever runs the network can set it.',
        ja: 'IP アドレス {ip} に逆引きホスト名がない。メールサーバには PTR レコードを設定すること（設定はネットワークの管理者に依頼する）。',
      },
    },
    REVERSE_NAME_UNCONFIRMED: {
      weight: 0.5,
      advice: 'delay',
      yieldsToPatience: true,
      status: '7.25',
      says: {
        en: 'The address {ip} is called {name} in DNS, but that name does not lead back to {ip}: PTR and address record should agree.',
        ja: 'IP アドレス {ip} の逆引きホスト名は {name} だが、その正引きは {ip} に戻らない。PTR レコードと正引きを一致させること。',
      },
    },
  },
  run({ client, strangerName, config, found }) {
    switch (strangerName.kind) {
      case 'not-judged':
      case 'confirmed':
        return [];
      case 'none':
        return penalised(config.missing, found.REVERSE_NAME_MISSING({ ip: client.ip }));
      case 'unconfirmed': {
        const name = strangerName.names.map(toULabels).slice(0, 3).join(', ');
        return penalised(config.unconfirmed, found.REVERSE_NAME_UNCONFIRMED({ ip: client.ip, name }));
      }
      case 'unavailable':
        throw new Fault('dns-unavailable', { detail: strangerName.reason });
    }
  },
});
