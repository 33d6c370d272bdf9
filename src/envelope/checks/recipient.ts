// SPDX-License-Identifier: Apache-2.0
/** Recipient — mail is taken only for those who are here, and relayed only for our own senders; what cannot be known now is asked again later. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'recipient',
  stage: 'recipient',
  summary: {
    en: 'Looks whether the recipient is known here, and refuses to relay for strangers.',
    ja: '受信者が存在するかを調べ、第三者中継を拒否する。',
  },
  needs: ['destination'],
  config: z.strictObject({}),
  symbols: {
    RECIPIENT_UNKNOWN: {
      weight: 0,
      advice: 'reject',
      status: '1.1',
      says: { en: 'There is no such recipient here.', ja: 'この受信者は存在しない。' },
    },
    RECIPIENT_UNVERIFIED: {
      weight: 0,
      advice: 'defer',
      status: '4.3',
      says: {
        en: 'The recipient could not be verified just now; please try again later.',
        ja: '受信者を今は確認できない。時間をおいて再送してほしい。',
      },
    },
    RELAY_REFUSED: {
      weight: 0,
      advice: 'reject',
      status: '7.1',
      says: { en: 'We do not relay for strangers.', ja: '第三者のメールは中継しない。' },
    },
  },
  run({ client, destination, found }) {
    switch (destination.kind) {
      case 'known':
        return [];
      case 'unknown':
        return [found.RECIPIENT_UNKNOWN()];
      case 'unverified':
        return [found.RECIPIENT_UNVERIFIED()];
      case 'foreign':
        return client.isOurs ? [] : [found.RELAY_REFUSED()];
      case 'disguised':
        return [found.RELAY_REFUSED()];
    }
  },
});
