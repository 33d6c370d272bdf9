// SPDX-License-Identifier: Apache-2.0
/**
 * Challenge — whether a sender may be asked to prove to be a person, if the policy comes to that, and whether it has. Nobody is asked who is known, who wrote
 * by a program or a list, or to whom the recipient has written; without this check nobody is asked at all.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { isInside } from '../../core/ip.ts';

export default defineCheck({
  name: 'challenge',
  stage: 'mailbox',
  summary: {
    en: 'Says whose mail may be held until its sender proves to be a person, and who has.',
    ja: '差出人が人であることの確認を求めてよいか、すでに確認済みかを判断する。',
  },
  needs: ['familiar', 'correspondence', 'personProof', 'mime'],
  config: z.strictObject({}),
  symbols: {
    CHALLENGE_PROVEN: {
      weight: 0,
      says: {
        en: 'On {day} its sender proved to be a person, for mail to this recipient.',
        ja: '{day} に、この受信者へのメールの差出人は人だと確認されている。',
      },
    },
    CHALLENGE_POSSIBLE: {
      weight: 0,
      challenge: 'permits',
      says: {
        en: 'Nobody knows its sender, who may be asked to prove to be a person.',
        ja: '未知の差出人なので、人であることの確認を求めることができる。',
      },
    },
    CHALLENGE_FAMILIAR: {
      weight: 0,
      challenge: 'forbids',
      says: {
        en: 'Its sender is not asked to prove to be a person: wanted mail of it has come before.',
        ja: 'なじみのある送信者なので、人であることの確認は求めない。',
      },
    },
    CHALLENGE_CORRESPONDENT: {
      weight: 0,
      challenge: 'forbids',
      says: {
        en: 'Its sender is not asked to prove to be a person: the recipient wrote to it on {day}.',
        ja: '受信者が {day} にこの差出人へメールを書いているので、人であることの確認は求めない。',
      },
    },
    CHALLENGE_AUTOMATIC: {
      weight: 0,
      challenge: 'forbids',
      says: {
        en: 'Its sender is not asked to prove to be a person: it says to be sent by a program or a list ({sign}), where nobody would read that.',
        ja: '自動送信またはメーリングリストのメール（{sign}）で、読む人がいないため、人であることの確認は求めない。',
      },
    },
    CHALLENGE_OURS: {
      weight: 0,
      challenge: 'forbids',
      says: {
        en: 'Its sender is not asked to prove to be a person: it comes from inside.',
        ja: '内部からのメールなので、人であることの確認は求めない。',
      },
    },
  },
  run({ client, sender, familiar, correspondence, personProof, mime: { headers }, found }) {
    if (!personProof.isAsked) return [];
    if (personProof.person !== undefined) return [found.CHALLENGE_PROVEN({ day: dayOf(personProof.person) })];
    if (client.isOurs || isInside(client.ip)) return [found.CHALLENGE_OURS()];
    if (familiar.by !== 'nobody') return [found.CHALLENGE_FAMILIAR()];
    const { lastWrote: day } = correspondence;
    if (day !== undefined) return [found.CHALLENGE_CORRESPONDENT({ day })];
    const sign = sender.address === null ? 'MAIL FROM:<>' : automaticSign(key => headers.first(key)?.raw);
    return [sign === undefined ? found.CHALLENGE_POSSIBLE() : found.CHALLENGE_AUTOMATIC({ sign })];
  },
});

/** The field that says that no person waits for an answer (RFC 3834 2, RFC 2919, RFC 2369). */
function automaticSign(field: (key: string) => string | undefined): string | undefined {
  const automatic = field('auto-submitted');
  if (automatic !== undefined && !/^\s*no\b/i.test(automatic)) return 'Auto-Submitted';
  if (/^\s*(bulk|list|junk|auto_reply)\b/i.test(field('precedence') ?? '')) return 'Precedence';
  return Object.entries(ofMachines).find(([key]) => field(key) !== undefined)?.[1];
}

const ofMachines = {
  'list-id': 'List-Id',
  'list-unsubscribe': 'List-Unsubscribe',
  'list-post': 'List-Post',
  'feedback-id': 'Feedback-ID',
  'x-auto-response-suppress': 'X-Auto-Response-Suppress',
  'x-autoreply': 'X-Autoreply',
  'x-failed-recipients': 'X-Failed-Recipients',
};

function dayOf(at: number): string {
  return Number.isSafeInteger(at) && Math.abs(at) < 8e15 ? new Date(at).toISOString().slice(0, 10) : '?';
}
