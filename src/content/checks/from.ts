// SPDX-License-Identifier: Apache-2.0
/** From — every message has exactly one From with an address (RFC 5322 3.6.2); several let a forger show one and authenticate another. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'from',
  stage: 'message',
  summary: {
    en: 'Looks whether there is one From with an address.',
    ja: '差出人（From）が 1 つあり、アドレスを含むかを調べる。',
  },
  needs: ['identities'],
  config: z.strictObject({}),
  symbols: {
    FROM_MISSING: { weight: 1.5, says: { en: 'The message has no From.', ja: '差出人（From）がない。' } },
    FROM_SEVERAL: {
      weight: 1.5,
      says: { en: 'The message has {count} From fields.', ja: '差出人（From）ヘッダが {count} 個ある。' },
    },
    FROM_NO_ADDRESS: {
      weight: 1,
      says: { en: 'From has no address.', ja: '差出人（From）にアドレスがない。' },
    },
    FROM_NO_NAME: {
      weight: 0.2,
      says: { en: 'From has an address but no name.', ja: '差出人（From）がアドレスだけで名前がない。' },
    },
    FROM_DIGITS: {
      weight: 0.2,
      says: {
        en: 'The author’s address looks made by a machine: many digits.',
        ja: '差出人アドレスに数字が多く、機械的に作られたように見える。',
      },
    },
  },
  run({ identities: { fromFields, from, author, local }, found }) {
    if (fromFields === 0) return [found.FROM_MISSING()];
    return [
      ...(fromFields > 1 ? [found.FROM_SEVERAL({ count: fromFields })] : []),
      ...(from.length === 0 ? [found.FROM_NO_ADDRESS()] : []),
      ...(author?.name === '' ? [found.FROM_NO_NAME()] : []),
      // Five digits at the end, or mixed in twice: docomo's and others' own numbers are shorter or all digits.
      ...(author && !local.author && /[a-z][^@]*\d{5,}|\d[a-z]+\d+[a-z]+\d/i.test(author.address.local.slice(0, 64))
        ? [found.FROM_DIGITS()]
        : []),
    ];
  },
});
