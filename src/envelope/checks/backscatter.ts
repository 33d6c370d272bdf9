// SPDX-License-Identifier: Apache-2.0
/**
 * Backscatter — notices of failure for mail that nobody here sent: spam was sent in the name of one of ours. What was sent is known by its Message-ID; where
 * mail may also leave elsewhere that is evidence and no more. A tag on the recipient (BATV) explains every notice, whatever it returns.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { isUnexplained } from '../backscatter/unexplained.ts';

export default defineCheck({
  name: 'backscatter',
  stage: 'mailbox',
  summary: {
    en: 'Looks whether a bounce returns mail that was sent from here, by what our own users sent.',
    ja: 'エラー通知の元のメールがここから送信されたものかを、自ユーザの送信記録で調べる。',
  },
  needs: ['reversal', 'returnedMessage', 'ownSending'],
  config: z.strictObject({
    attack: z.enum(['none', 'quarantine', 'defer', 'reject']).default('quarantine').meta({
      description:
        'What happens to unexplained bounces to an address for which 20 or more of them came in an hour, until two hours after the last. Signed return paths (BATV) and bounces of what was sent here still pass.',
    }),
  }),
  symbols: {
    BOUNCE_OF_OURS: {
      weight: -5,
      says: {
        en: 'It is a bounce of mail that was sent from here: {proof}.',
        ja: 'ここから送信したメールへのエラー通知: {proof}。',
      },
    },
    BOUNCE_UNKNOWN_MESSAGE: {
      weight: 1.5,
      says: {
        en: 'It is a bounce of a message that was not sent from here, though this address sends from here.',
        ja: 'このアドレスはここから送信しているが、エラー通知の元のメールはここから送信されていない。',
      },
    },
    BOUNCE_SENT_NOTHING: {
      weight: 0.5,
      says: {
        en: 'It is a bounce to an address that has sent nothing from here in 90 days.',
        ja: '過去 90 日にここから何も送信していないアドレスへのエラー通知。',
      },
    },
    BOUNCE_NEVER_SENT: {
      weight: 3,
      advice: 'reject',
      status: '7.1',
      says: {
        en: 'The message that this bounce returns was never sent: all mail of this domain leaves by this server, which does not know it.',
        ja: 'このエラー通知の元のメールは送信されていない。このドメインのメールはすべてこのサーバから出るが、送信の記録がない。',
      },
    },
    BOUNCE_ATTACK: {
      weight: 1,
      says: {
        en: 'Bounces of forged mail pour in for this address: {bounces} since {since}, none of which returns anything sent from here.',
        ja: 'このアドレスに、偽造メールへのエラー通知が殺到している（{since} から {bounces} 通）。ここから送信したメールへのものではない。',
      },
    },
  },
  run({ client, sender, reversal, returnedMessage, ownSending, config, found }) {
    if (client.isOurs) return [];
    const isNotice = returnedMessage.kind === 'notice' && sender.address === null;
    if (isNotice && reversal.of.kind === 'tagged') return [found.BOUNCE_OF_OURS({ proof: 'tag' })];
    // A Message-ID stands in archives and quotes, where anybody may read it.
    if (isNotice && reversal.of.kind === 'none' && returnedMessage.original === 'ours')
      return [found.BOUNCE_OF_OURS({ proof: 'message' }, byMessageId)];
    if (reversal.of.kind !== 'none' || !isUnexplained(returnedMessage, ownSending)) return [];
    const isSure = reversal.plainBounces === 'never' && returnedMessage.kind === 'notice' && sender.address === null;
    const one = isSure
      ? found.BOUNCE_NEVER_SENT()
      : ownSending.hasSent
        ? found.BOUNCE_UNKNOWN_MESSAGE()
        : found.BOUNCE_SENT_NOTHING();
    const { attack } = ownSending;
    if (!attack || config.attack === 'none') return [one];
    const since = `${new Date(attack.since).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
    return [one, { ...found.BOUNCE_ATTACK({ bounces: attack.bounces, since }), action: config.attack }];
  },
});

/** Of the credit of a tag, which nobody can make up. */
const byMessageId = 0.4;
