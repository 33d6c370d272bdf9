// SPDX-License-Identifier: Apache-2.0
/** Mail kind — says what sort of mail it is, for people and their own filters. It weighs nothing: an advertisement may be wanted, and a bounce to us is. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { allParts } from '../../wire/mime/all-parts.ts';
import { kindOf } from '../kinds.ts';

export default defineCheck({
  name: 'mail-kind',
  stage: 'message',
  summary: {
    en: 'Says of what kind the message is: phishing, advertising, fraud and others. It weighs nothing.',
    ja: 'メールの種類（フィッシング、広告、詐欺など）を示す。点数には入れない。',
  },
  needs: ['mime', 'text', 'filterOpinion'],
  config: z.strictObject({}),
  symbols: {
    MAIL_KIND: {
      weight: 0,
      says: { en: 'Of its kind it is: {kind}.', ja: 'メールの種類は、{kind}とみられる。' },
    },
  },
  run({ client, sender, mime, text, filterOpinion, found }) {
    // Of what the filter surely takes for wanted mail nobody asks, and to tell it takes as long as a tenth of all the rest.
    if (client.isOurs || filterOpinion.models.probability < surelyWanted) return [];
    const attachments = [...allParts(mime)].slice(0, partsRead).map(part => part.fileName.toLowerCase());
    const kind = kindOf({
      folded: text.folded,
      attachments,
      isReport: sender.address === null && mime.root.type === 'multipart' && mime.root.subtype === 'report',
      canUnsubscribe: mime.headers.first('list-unsubscribe') !== undefined,
    });
    return kind === 'other' ? [] : [found.MAIL_KIND({ kind })];
  },
});

const partsRead = 100;
const surelyWanted = 0.05;
