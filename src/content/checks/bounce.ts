// SPDX-License-Identifier: Apache-2.0
/** Bounce — mail from the null sender should be a report by a machine (RFC 5321 4.5.5); spam uses it to be neither refused nor returned. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'bounce',
  stage: 'message',
  summary: {
    en: 'Looks whether mail without a sender is a report.',
    ja: '送信者のない（空の）メールが本当に配送通知かを調べる。',
  },
  needs: ['mime', 'identities'],
  config: z.strictObject({}),
  symbols: {
    BOUNCE_WITHOUT_REPORT: {
      weight: 1,
      says: {
        en: 'It comes from the null sender but is no report.',
        ja: '空の送信者から届いたが、配送通知の形をしていない。',
      },
    },
  },
  run({ client, sender, mime, identities: { author, handedOn }, found }) {
    if (client.isOurs || sender.address !== null || handedOn) return [];
    const isReport = mime.root.type === 'multipart' && mime.root.subtype === 'report';
    const isAutomatic = ['auto-submitted', 'x-failed-recipients', 'x-autoreply', 'x-auto-response-suppress'].some(
      key => mime.headers.first(key) && !/^no$/i.test(mime.headers.first(key)?.raw ?? ''),
    );
    const isByMachine = author === undefined || machines.test(author.address.local.slice(0, 64));
    return isReport || isAutomatic || isByMachine ? [] : [found.BOUNCE_WITHOUT_REPORT()];
  },
});

/** Those who send and want no answer: newsletters, tickets, servers. */
const machines = /daemon|postmaster|bounce|no-?_?reply|not-?_?reply|owner-|-owner|notif|^(root|cron|nobody)$/i;
