// SPDX-License-Identifier: Apache-2.0
/**
 * Mailer — a program that names itself leaves its other marks too; spam programs copy the name and forget the rest.
 * Only marks a program never leaves out are asked for: gateways and archives do strip fields.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'mailer',
  stage: 'message',
  summary: {
    en: 'Looks whether the mail program it claims to come from fits the rest of the header.',
    ja: '名乗っているメールソフトとヘッダの内容が合っているかを調べる。',
  },
  needs: ['mime', 'identities'],
  config: z.strictObject({}),
  symbols: {
    MAILER_CONTRADICTS: {
      weight: 1.5,
      says: {
        en: 'It claims to come from {program}, but lacks what that program always writes.',
        ja: '{program} から送信されたと名乗るが、そのソフトが必ず付けるヘッダがない。',
      },
    },
    MAILER_PARTIAL: {
      weight: 0.8,
      says: {
        en: 'It has fields of a Microsoft program but not all that belong together.',
        ja: 'Microsoft 製ソフトのヘッダがそろっていない。',
      },
    },
    MAILER_ID_BORROWED: {
      weight: 1.2,
      says: {
        en: 'Its Message-ID has the shape of Microsoft programs, but none is named.',
        ja: 'Message-ID が Microsoft 製ソフトの形だが、そのソフト名がない。',
      },
    },
    MAILER_SEVERAL: {
      weight: 0.7,
      says: { en: 'It names several mail programs.', ja: '複数のメールソフト名が書かれている。' },
    },
  },
  run({ mime: { headers }, identities: { handedOn }, found }) {
    // Lists rewrite headers; what is missing there proves nothing.
    if (handedOn) return [];
    const has = (key: string) => headers.first(key) !== undefined;
    const mailer = headers.first('x-mailer')?.raw.slice(0, 200) ?? '';
    const program = /^(Microsoft Outlook Express|Microsoft Windows Live Mail)/.exec(mailer)?.[1];
    const contradicts = program !== undefined && !has('x-mimeole');
    const isPartial =
      !contradicts && has('x-msmail-priority') && !has('x-mimeole') && !/^Microsoft Outlook(?! Express)/.test(mailer);
    // Outlook and Outlook Express write <hex$hex$hex@host> and always name themselves; 0.05 % of ham and 25 % of spam do the one alone.
    const isBorrowed =
      !/Outlook|Windows (Live )?Mail/i.test(mailer) &&
      /^<[0-9a-f]{4,16}\$[0-9a-f]{4,16}\$[0-9a-f]{4,16}@/i.test(headers.first('message-id')?.raw ?? '');
    return [
      ...(isBorrowed ? [found.MAILER_ID_BORROWED()] : []),
      ...(contradicts ? [found.MAILER_CONTRADICTS({ program })] : []),
      ...(isPartial ? [found.MAILER_PARTIAL()] : []),
      ...(headers.all('x-mailer').length > 1 ? [found.MAILER_SEVERAL()] : []),
    ];
  },
});
