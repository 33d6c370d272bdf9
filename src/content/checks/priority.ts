// SPDX-License-Identifier: Apache-2.0
/** Priority — mail that calls itself urgent. Some people mark everything so: light. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'priority',
  stage: 'message',
  summary: { en: 'Looks whether it calls itself urgent.', ja: '重要度が「高」に設定されているかを調べる。' },
  needs: ['mime'],
  config: z.strictObject({}),
  symbols: {
    PRIORITY_HIGH: {
      weight: 0.4,
      says: { en: 'It calls itself urgent.', ja: '自ら「重要度：高」としている。' },
    },
  },
  run({ mime: { headers }, found }) {
    const isHigh =
      /^[12]\b/.test(headers.first('x-priority')?.raw ?? '') ||
      /^high/i.test(headers.first('x-msmail-priority')?.raw ?? '') ||
      /^high/i.test(headers.first('importance')?.raw ?? '') ||
      /^urgent/i.test(headers.first('priority')?.raw ?? '');
    return isHigh ? [found.PRIORITY_HIGH()] : [];
  },
});
