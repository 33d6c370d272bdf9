// SPDX-License-Identifier: Apache-2.0
/**
 * Author allow — the operator's list of welcome authors (header From), by address or domain.
 * Anyone can write any From: an entry counts only when SPF or DKIM speaks for that very domain, and if there is just one author.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { addressEntries, entryFor } from '../../core/address-entries.ts';
import { alignmentOf } from '../aligned.ts';

export default defineCheck({
  name: 'author-allow',
  stage: 'message',
  summary: {
    en: 'Lets in authors by address or domain (From), if SPF or DKIM proves the domain.',
    ja: '差出人（From）をアドレスやドメインのリストで許可する。SPF か DKIM で確認できた場合に限る。',
  },
  needs: ['identities', 'spf', 'dkim'],
  config: z.strictObject({
    list: addressEntries(
      'Authors whose mail is not held back, once SPF or DKIM has proved their domain: `alice@example.org`, `example.org`, or `.example.org` for it and all domains under it.',
    ),
  }),
  isIdle: ({ list }) => list.length === 0,
  symbols: {
    AUTHOR_ALLOWED: {
      weight: -8,
      says: {
        en: 'The author is on the list of allowed authors ({entry}), and {method} proves it.',
        ja: '差出人が許可リストにあり（{entry}）、{method} で確認できた。',
      },
    },
    AUTHOR_ALLOW_UNPROVED: {
      weight: 0,
      says: {
        en: 'The author is on the list of allowed authors ({entry}), but nothing proves that it is really that author.',
        ja: '差出人は許可リストにある（{entry}）が、本人であることを確認できない。',
      },
    },
  },
  run({ identities: { from, fromFields }, spf, dkim, config, found }) {
    const [author, ...others] = from;
    if (!author || others.length > 0 || fromFields !== 1) return [];
    const entry = entryFor(config.list, author.address);
    if (entry === undefined) return [];
    const alignment = alignmentOf(author.address.domain, spf, dkim);
    return [
      alignment.kind === 'proved'
        ? found.AUTHOR_ALLOWED({ entry, method: alignment.by })
        : found.AUTHOR_ALLOW_UNPROVED({ entry }),
    ];
  },
});
