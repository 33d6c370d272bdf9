// SPDX-License-Identifier: Apache-2.0
/**
 * Attachment names — programs that run when opened, programs dressed as documents, and names that read backwards.
 * Colleagues do send each other scripts, so a program alone does not make spam; `invoice.pdf.exe` has no honest use.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { programExtensions } from '../extensions.ts';
import { shortenEnd } from '../shorten.ts';

export default defineCheck({
  name: 'attachment-names',
  stage: 'message',
  summary: {
    en: 'Looks for attachments that are programs, or hide that they are.',
    ja: '添付ファイルが実行ファイルでないか、それを隠していないかを調べる。',
  },
  needs: ['mime'],
  config: z.strictObject({
    programs: z
      .array(z.string().regex(/^[a-z0-9]{1,12}$/, 'expected an extension in lower case without a dot, such as exe'))
      .default([...programExtensions])
      .meta({ description: 'Extensions of files that run when opened.' }),
  }),
  symbols: {
    ATTACHMENT_PROGRAM: {
      weight: 2,
      says: { en: 'An attachment is a program ({name}).', ja: '添付ファイルが実行ファイルである（{name}）。' },
    },
    ATTACHMENT_DOUBLE_EXTENSION: {
      weight: 4,
      says: {
        en: 'An attachment is a program dressed as a document ({name}).',
        ja: '添付ファイルは文書を装った実行ファイルである（{name}）。',
      },
    },
    ATTACHMENT_BACKWARDS: {
      weight: 4,
      says: {
        en: 'The name of an attachment turns the direction of writing to hide what it is.',
        ja: '添付ファイル名が文字の方向を変えて種類を隠している。',
      },
    },
    ATTACHMENT_PAGE: {
      weight: 0.7,
      says: {
        en: 'A web page is attached ({name}): a common shape of phishing.',
        ja: 'ウェブページが添付されている（{name}）。フィッシングによくある手口である。',
      },
    },
  },
  run({ mime, config, found }) {
    const names = mime.parts.flatMap(part => (part.fileName === '' ? [] : [part.fileName.trim()]));
    if (names.length === 0) return [];
    const extension = (name: string) => /\.([a-z0-9]{1,12})[. ]*$/i.exec(name)?.[1]?.toLowerCase() ?? '';
    const program = names.find(name => config.programs.includes(extension(name)));
    const isDressed =
      program !== undefined &&
      /\.(pdf|docx?|xlsx?|pptx?|jpe?g|png|gif|txt|html?|zip|mp[34]|csv|rtf)[ _]*\.[a-z0-9]{1,12}[. ]*$/i.test(program);
    const page = names.find(name => /^(s?html?|xhtml|mht|svg)$/.test(extension(name)));
    const isBackwards = names.some(name => /[\u202d\u202e\u2066-\u2068]/.test(name));
    return [
      ...(program === undefined
        ? []
        : [
            isDressed
              ? found.ATTACHMENT_DOUBLE_EXTENSION({ name: shortenEnd(program, 40) })
              : found.ATTACHMENT_PROGRAM({ name: shortenEnd(program, 40) }),
          ]),
      ...(isBackwards ? [found.ATTACHMENT_BACKWARDS()] : []),
      ...(page === undefined ? [] : [found.ATTACHMENT_PAGE({ name: shortenEnd(page, 40) })]),
    ];
  },
});
