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
    RETURN_PATH_FORGED: {
      weight: 0,
      advice: 'reject',
      status: '7.1',
      says: {
        en: 'This bounce address ({scheme}) was not written by this server: the message that it would return did not come from here.',
        ja: 'この返送先アドレス（{scheme}）はこのサーバが書いたものではない。返送しようとしているメールはここから出ていない。',
      },
    },
    RETURN_PATH_EXPIRED: {
      weight: 0,
      advice: 'reject',
      status: '7.1',
      says: {
        en: 'This bounce address ({scheme}) is no longer valid: the message that it would return was sent too long ago.',
        ja: 'この返送先アドレス（{scheme}）は期限切れである。返送しようとしているメールは送信から日数が経ちすぎている。',
      },
    },
    RETURN_PATH_NO_BOUNCE: {
      weight: 0,
      advice: 'reject',
      status: '7.1',
      says: {
        en: 'This address only takes bounces, which have an empty sender (MAIL FROM:<>); write to the author of the message instead.',
        ja: 'このアドレスは空の送信者（MAIL FROM:<>）の返送通知だけを受け取る。返事はメールの差出人あてに送ってほしい。',
      },
    },
  },
  run({ client, sender, destination, found }) {
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
      case 'returned':
        return sender.address === null ? [] : [found.RETURN_PATH_NO_BOUNCE()];
      case 'no-return-path':
        if (sender.address !== null) return [found.RETURN_PATH_NO_BOUNCE()];
        return destination.why === 'forged'
          ? [found.RETURN_PATH_FORGED({ scheme: destination.scheme })]
          : [found.RETURN_PATH_EXPIRED({ scheme: destination.scheme })];
    }
  },
});
