// SPDX-License-Identifier: Apache-2.0
/**
 * Advertising label — mail that calls itself unsolicited: `未承諾広告※` (wanted by Japanese law from 2002 to 2008) and `ADV:`,
 * and the look-alikes made to slip past filters for them: 末承諾広告※, ※未詳諾広告※, 未 承 諾 広 告 ※.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { fold } from '../fold.ts';

export default defineCheck({
  name: 'advertising-label',
  stage: 'message',
  summary: {
    en: 'Looks for a label of unsolicited advertising at the front of the subject, plain or disguised.',
    ja: '件名の先頭の「未承諾広告※」や ADV: などの広告表示と、その偽装を調べる。',
  },
  needs: ['mime'],
  config: z.strictObject({}),
  symbols: {
    ADVERTISING_LABEL: {
      weight: 3,
      says: {
        en: 'The subject declares unsolicited advertising.',
        ja: '件名が未承諾の広告であることを表示している。',
      },
    },
    ADVERTISING_LABEL_DISGUISED: {
      weight: 4,
      says: {
        en: 'The subject carries a disguised label of unsolicited advertising.',
        ja: '件名に「未承諾広告※」に似せた偽装表示がある。',
      },
    },
  },
  run({ mime, found }) {
    const subject = (mime.headers.first('subject')?.text ?? '').trim().slice(0, 200);
    if (/^(\[adv\]|adv(ertisement)?\s?:)/i.test(subject)) return [found.ADVERTISING_LABEL()];
    // Between the characters anything may stand that is no letter: spaces, dots, ○, ※, brackets.
    const letters = fold(subject).replace(/[^\p{L}]+/gu, '');
    if (!/^[未末朱][承詳招昭証丞蒸][諾詫託若][広廣][告吿]/u.test(letters)) return [];
    return [subject.startsWith('未承諾広告※') ? found.ADVERTISING_LABEL() : found.ADVERTISING_LABEL_DISGUISED()];
  },
});
