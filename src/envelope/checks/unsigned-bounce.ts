// SPDX-License-Identifier: Apache-2.0
/**
 * Unsigned bounce — a failure notice to an address whose mail leaves with a signed return path (BATV) returns something that somebody else sent
 * in its name. Judged after DATA, so that servers that only ask whether the address exists (callouts) hear that it does; and only what calls
 * itself a failure notice, since answers by machine (RFC 3834) and receipts (RFC 8098) rightly go to the plain address.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'unsigned-bounce',
  stage: 'mailbox',
  summary: {
    en: 'Looks whether a bounce answers mail that left this server, by the tag on its return path (BATV).',
    ja: 'エラー通知が、このサーバから出たメールへのものかを、返送先の署名（BATV）で調べる。',
  },
  needs: ['reversal', 'mime', 'returnedMessage'],
  config: z.strictObject({}),
  symbols: {
    BOUNCE_UNSIGNED: {
      weight: 1,
      says: {
        en: 'It is a bounce to an address without the tag that this server puts on mail of our users: it may answer mail that was forged.',
        ja: '自ユーザのメールに付ける署名のないアドレスへのエラー通知。偽造されたメールへの通知かもしれない。',
      },
    },
    BOUNCE_NOT_OURS: {
      weight: 3,
      advice: 'reject',
      status: '7.1',
      says: {
        en: 'The message that this bounce returns did not come from this domain: all its mail leaves with a signed return path (BATV), and this one has none.',
        ja: 'このエラー通知の元のメールはこのドメインから出ていない。ここから出るメールの返送先にはすべて署名（BATV）があるが、これにはない。',
      },
    },
  },
  run({ client, sender, reversal, mime, returnedMessage, found }) {
    if (sender.address !== null || client.isOurs || reversal.of.kind !== 'none') return [];
    // Some servers send notices to the address in From; what they return was sent here all the same.
    if (returnedMessage.original === 'ours') return [];
    const { type, subtype, parameters } = mime.root;
    const isFailureNotice =
      type === 'multipart' &&
      subtype === 'report' &&
      parameters.get('report-type')?.toLowerCase() === 'delivery-status';
    switch (reversal.plainBounces) {
      case 'expected':
        return [];
      case 'doubtful':
        return isFailureNotice ? [found.BOUNCE_UNSIGNED()] : [];
      case 'never':
        return isFailureNotice ? [found.BOUNCE_NOT_OURS()] : [];
    }
  },
});
