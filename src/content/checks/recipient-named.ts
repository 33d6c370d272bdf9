// SPDX-License-Identifier: Apache-2.0
/** Recipient named — whether any receiver of the envelope stands in To or Cc. Bcc, lists and forwards do without: near nothing where they explain it. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { directoryKey } from '../../core/address.ts';

export default defineCheck({
  name: 'recipient-named',
  stage: 'message',
  summary: {
    en: 'Looks whether a receiver of the envelope is named in To or Cc.',
    ja: 'エンベロープの受信者が To または Cc に書かれているかを調べる。',
  },
  needs: ['identities'],
  config: z.strictObject({}),
  symbols: {
    RECIPIENT_NOT_NAMED: {
      weight: 0.5,
      says: {
        en: 'None of its receivers is named in To or Cc.',
        ja: '受信者のアドレスが To にも Cc にも書かれていない。',
      },
    },
  },
  run({ client, envelope, identities: { to, cc, handedOn }, found }) {
    if (client.isOurs || envelope.recipients.length === 0) return [];
    const named = new Set([...to, ...cc].map(({ address }) => directoryKey(address)));
    if (envelope.recipients.some(({ address }) => named.has(directoryKey(address)))) return [];
    return [found.RECIPIENT_NOT_NAMED({}, handedOn ? 0.05 : 1)];
  },
});
