// SPDX-License-Identifier: Apache-2.0
/** From = To — spam is often written as if the receiver had sent it to himself; people do that too, to keep a note, and to hide a list in Bcc. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { sameAddress } from '../../core/address.ts';

export default defineCheck({
  name: 'from-to',
  stage: 'message',
  summary: {
    en: 'Looks whether author and receiver are the same address.',
    ja: '差出人（From）と宛先（To）が同じアドレスかを調べる。',
  },
  needs: ['identities'],
  config: z.strictObject({}),
  symbols: {
    FROM_IS_TO: {
      weight: 1,
      says: { en: 'From and To are the same address.', ja: '差出人（From）と宛先（To）が同じアドレスである。' },
    },
  },
  run({ client, identities: { author, to, handedOn }, found }) {
    if (client.isOurs || !author) return [];
    const [only, ...others] = to;
    if (!only || others.length > 0 || !sameAddress(author.address, only.address)) return [];
    return [found.FROM_IS_TO({}, handedOn ? 0.1 : 1)];
  },
});
