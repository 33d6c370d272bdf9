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
  needs: ['mime', 'text', 'filterOpinion', 'taughtKinds'],
  config: z.strictObject({}),
  symbols: {
    KIND_VIRUS: {
      weight: 0,
      kind: 'virus',
      says: { en: 'Of its kind it seems to be a virus.', ja: 'メールの種類は、ウイルスとみられる。' },
    },
    KIND_BOUNCE: {
      weight: 0,
      kind: 'bounce',
      says: { en: 'Of its kind it is a bounce.', ja: 'メールの種類は、配送エラー通知とみられる。' },
    },
    KIND_FICTITIOUS_BILL: {
      weight: 0,
      kind: 'fictitious-bill',
      says: { en: 'Of its kind it seems to be a fictitious bill.', ja: 'メールの種類は、架空請求とみられる。' },
    },
    KIND_PHISHING: {
      weight: 0,
      kind: 'phishing',
      says: { en: 'Of its kind it seems to be phishing.', ja: 'メールの種類は、フィッシングとみられる。' },
    },
    KIND_FRAUD: {
      weight: 0,
      kind: 'fraud',
      says: { en: 'Of its kind it seems to be fraud.', ja: 'メールの種類は、詐欺とみられる。' },
    },
    KIND_ADULT: {
      weight: 0,
      kind: 'adult',
      says: { en: 'Of its kind it seems to be adult mail.', ja: 'メールの種類は、アダルト・出会い系とみられる。' },
    },
    KIND_ADVERTISING: {
      weight: 0,
      kind: 'advertising',
      says: { en: 'Of its kind it seems to be advertising.', ja: 'メールの種類は、広告とみられる。' },
    },
  },
  run({ client, sender, mime, text, filterOpinion, taughtKinds, found }) {
    // Of what the filter surely takes for wanted mail nobody asks, and to tell it takes as long as a tenth of all the rest.
    if (client.isOurs || filterOpinion.models.probability < surelyWanted) return [];
    const attachments = [...allParts(mime)].slice(0, partsRead).map(part => part.fileName.toLowerCase());
    const signs = {
      folded: text.folded,
      attachments,
      isReport: sender.address === null && mime.root.type === 'multipart' && mime.root.subtype === 'report',
      canUnsubscribe: mime.headers.first('list-unsubscribe') !== undefined,
    };
    const kind = kindOf(signs, taughtKinds);
    switch (kind) {
      case 'virus':
        return [found.KIND_VIRUS()];
      case 'bounce':
        return [found.KIND_BOUNCE()];
      case 'fictitious-bill':
        return [found.KIND_FICTITIOUS_BILL()];
      case 'phishing':
        return [found.KIND_PHISHING()];
      case 'fraud':
        return [found.KIND_FRAUD()];
      case 'adult':
        return [found.KIND_ADULT()];
      case 'advertising':
        return [found.KIND_ADVERTISING()];
      case 'other':
        return [];
    }
  },
});

const partsRead = 100;
const surelyWanted = 0.05;
