// SPDX-License-Identifier: Apache-2.0
/**
 * Bad standing — a sender, known by what it has proven to be, most of whose mail was marked here lately. It is put off, and heard again on trial: one attempt
 * at a time is let through to the checks of the text, the more rarely the more was marked; wanted mail on trial mends its standing. It never refuses: who
 * keeps trying for some days is heard in any case, since honest servers try for four or five (RFC 5321 4.5.4.1).
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { formatAddress, formatPath, isPostmaster } from '../../core/address.ts';
import { duration } from '../../core/config-words.ts';
import { isInside } from '../../core/ip.ts';

export default defineCheck({
  name: 'bad-standing',
  stage: 'recipient',
  weighsSuspicion: true,
  summary: {
    en: 'Puts off senders most of whose mail was marked here lately, and lets one message through on trial now and then.',
    ja: '最近のメールの大半が迷惑メールと判定された送信者を後回しにし、ときどき 1 通だけ試しに受け付ける。',
  },
  needs: ['clock', 'state', 'senderMarks', 'familiar', 'destination', 'correspondence'],
  config: z.strictObject({
    trialLeast: duration(
      '1h',
      'How long after one trial the next is, at the least; twice as long for each further message that was marked.',
    ),
    trialMost: duration('24h', 'The same at the most.'),
    heardAfter: duration('72h', 'How long a message must have been tried to be let through in any case.'),
    forget: duration('7d', 'How long the first try of a message is remembered.'),
    messagesAtMost: z.int().min(1).max(100_000).default(500).meta({
      description: 'Of how many messages of one sender the first try is remembered; those beyond wait for a trial.',
    }),
    trustedFrom: z.number().min(-1_000).max(1_000).default(-1).meta({
      description:
        'At how many points, or fewer, found before the recipient is named, nobody is put off: a list of good senders has it.',
    }),
  }),
  symbols: {
    BAD_STANDING_WAIT: {
      weight: 0,
      advice: 'defer',
      says: {
        en: 'Most of what {sender} sent here lately, {marks} messages, was spam. Please try again later: it is let through on trial at times.',
        ja: '{sender} から最近届いたメールの大半（{marks} 通）は迷惑メールと判定された。時間をおいて再送すれば、試しに受け付けることがある。',
      },
    },
    BAD_STANDING_TRIAL: {
      weight: 0,
      says: {
        en: 'Most of what {sender} sent here lately, {marks} messages, was spam; this attempt is let through on trial.',
        ja: '{sender} から最近届いたメールの大半（{marks} 通）は迷惑メールと判定されたが、今回は試しに受け付ける。',
      },
    },
    BAD_STANDING_HEARD: {
      weight: 0,
      says: {
        en: 'Most of what {sender} sent here lately was spam; it has been trying with this message for {hours} hours and is let through.',
        ja: '{sender} から最近届いたメールの大半は迷惑メールと判定されたが、このメールは {hours} 時間にわたり再送されているため受け付ける。',
      },
    },
  },
  async run(given) {
    const { client, sender, recipient, attemptId, suspicion, config, clock, state, found } = given;
    const { senderMarks, familiar, destination, correspondence } = given;
    if (client.isOurs || isInside(client.ip) || destination.kind !== 'known') return [];
    const now = clock.now();
    const marks = senderMarks.marksOf(familiar.identity, now);
    if (marks === 0 || suspicion.isAllowed || suspicion.points <= config.trustedFrom) return [];
    if (correspondence.lastWrote !== undefined || isPostmaster(recipient.address)) return [];
    const whom = familiar.identity.replace(/^[a-z]+:/, '').slice(0, 200);

    const id = short(familiar.identity);
    const trialMs = Math.min(config.trialMost, config.trialLeast * 2 ** Math.max(0, Math.min(marks - 4, 30)));
    if ((await state.settle(`standing-trial/${id}`, attemptId, trialMs, now)) === attemptId)
      return [found.BAD_STANDING_TRIAL({ sender: whom, marks })];

    const key = `standing-first/${short(`${id} ${formatPath(sender.address)} ${formatAddress(recipient.address)}`)}`;
    const first = await state.get(key, now);
    if (first !== undefined && now - Number(first) >= config.heardAfter)
      return [found.BAD_STANDING_HEARD({ sender: whom, hours: Math.floor((now - Number(first)) / 3_600_000) })];
    if (first === undefined) {
      const remembered = await state.count(`standing-new/${id}`, 1, config.forget, now);
      if (remembered <= config.messagesAtMost) await state.settle(key, `${now}`, config.forget, now);
    }
    return [found.BAD_STANDING_WAIT({ sender: whom, marks })];
  },
});

function short(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 22);
}
