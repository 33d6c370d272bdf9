// SPDX-License-Identifier: Apache-2.0
/** Recipients shown — nobody in To, or a crowd. Newsletters and Bcc know both: light. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'recipients-shown',
  stage: 'message',
  summary: { en: 'Looks whom the header names as receivers.', ja: 'ヘッダに書かれた宛先を調べる。' },
  needs: ['mime', 'identities'],
  config: z.strictObject({
    many: z
      .number()
      .int()
      .min(5)
      .max(200)
      .default(20)
      .meta({ description: 'How many addresses in To and Cc are a crowd.' }),
  }),
  symbols: {
    TO_MISSING: { weight: 0.1, says: { en: 'There is neither To nor Cc.', ja: 'To も Cc もない。' } },
    TO_NO_ADDRESS: {
      weight: 0.4,
      says: { en: 'To and Cc have no address.', ja: 'To と Cc にアドレスが書かれていない。' },
    },
    TO_MANY: {
      weight: 0.6,
      says: { en: 'It is addressed to {count} receivers or more.', ja: '宛先が {count} 件以上ある。' },
    },
  },
  run({ client, mime: { headers }, identities: { to, cc, handedOn }, config, found }) {
    if (client.isOurs || handedOn) return [];
    const count = to.length + cc.length;
    if (count >= config.many) return [found.TO_MANY({ count })];
    if (count > 0) return [];
    return [(headers.first('to') ?? headers.first('cc')) ? found.TO_NO_ADDRESS() : found.TO_MISSING()];
  },
});
