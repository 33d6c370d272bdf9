// SPDX-License-Identifier: Apache-2.0
/**
 * Domain age — who can be proven but is known since yesterday earns nothing by the proof: faultless records are what new domains of senders of
 * spam begin with. Nobody is the worse for being new: only credit is withheld.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import type { DomainAge } from '../domain-age.ts';

export default defineCheck({
  name: 'domain-age',
  stage: 'message',
  summary: {
    en: 'Gives no credit for proofs of domains that this server has known for a few days only.',
    ja: 'このサーバが知って間もないドメインの認証成功を、信用に数えない。',
  },
  needs: ['domainAge'],
  config: z.strictObject({}),
  symbols: {
    DOMAIN_NEW_SENDER: {
      weight: 0,
      withholds: ['SPF_PASS'],
      says: {
        en: 'The sender’s domain {domain} is proven by SPF, but new here ({days} days, {part}): the proof earns nothing yet, and costs nothing.',
        ja: '送信者のドメイン {domain} は SPF で証明されたが、ここでは新しい（{days} 日、{part}）。証明はまだ信用にならず、不利にもならない。',
      },
    },
    DOMAIN_NEW_SIGNER: {
      weight: 0,
      withholds: ['DKIM_PASS'],
      says: {
        en: 'The domain {domain} has signed (DKIM), but is new here ({days} days, {part}): the signature earns nothing yet, and costs nothing.',
        ja: 'ドメイン {domain} の署名（DKIM）は正しいが、ここでは新しい（{days} 日、{part}）。署名はまだ信用にならず、不利にもならない。',
      },
    },
    DOMAIN_NEW_AUTHOR: {
      weight: 0,
      withholds: ['DMARC_PASS'],
      says: {
        en: 'The author’s domain {domain} is proven, but new here ({days} days, {part}): the proof earns nothing yet, and costs nothing.',
        ja: '差出人のドメイン {domain} は証明されたが、ここでは新しい（{days} 日、{part}）。証明はまだ信用にならず、不利にもならない。',
      },
    },
  },
  run({ domainAge, found }) {
    if (domainAge.kind === 'nothing') return [];
    const { spf, dkim, author } = domainAge;
    const [signer] = dkim;
    return [
      ...(spf?.isNew ? [found.DOMAIN_NEW_SENDER(detailsOf(spf))] : []),
      // One signer of long standing is enough.
      ...(signer && dkim.every(({ isNew }) => isNew) ? [found.DOMAIN_NEW_SIGNER(detailsOf(signer))] : []),
      ...(author?.isNew ? [found.DOMAIN_NEW_AUTHOR(detailsOf(author))] : []),
    ];
  },
});

function detailsOf({ domain, ageMs, youngest }: DomainAge) {
  return { domain, days: Math.floor(ageMs / 86_400_000), part: youngest };
}
