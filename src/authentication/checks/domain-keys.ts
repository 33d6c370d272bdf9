// SPDX-License-Identifier: Apache-2.0
/** DomainKeys — tells what a signature of DKIM's ancestor comes to (RFC 4870). It weighs nothing: rsa-sha1 proves nothing any more (RFC 8301). */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';

export default defineCheck({
  name: 'domain-keys',
  stage: 'message',
  summary: {
    en: 'Looks at signatures of the ancestor of DKIM (DomainKeys), for the record only.',
    ja: 'DKIM の前身である DomainKeys の署名を調べる（記録のみ）。',
  },
  needs: ['domainKeys'],
  config: z.strictObject({}),
  symbols: {
    DOMAIN_KEYS_PASS: {
      weight: 0,
      says: {
        en: 'The message is as {domain} signed it by DomainKeys, which proves nothing any more: {domain} should sign with DKIM.',
        ja: 'メッセージは {domain} が DomainKeys で署名した時のままだが、この方式はもう証明にならない。{domain} は DKIM で署名すべきである。',
      },
    },
    DOMAIN_KEYS_FAIL: {
      weight: 0,
      says: {
        en: 'The DomainKeys signature of {domain} does not hold ({reason}); {domain} should sign with DKIM instead.',
        ja: '{domain} の DomainKeys 署名を検証できない（{reason}）。{domain} は代わりに DKIM で署名すべきである。',
      },
    },
  },
  run({ client, domainKeys, found }) {
    const [first] = domainKeys.signatures;
    if (client.isOurs || !first) return [];
    const passed = domainKeys.signatures.find(({ result }) => result === 'pass');
    if (passed) return [found.DOMAIN_KEYS_PASS({ domain: passed.domain })];
    // A name service that fails means nothing.
    if (first.result === 'temperror') return [];
    return [found.DOMAIN_KEYS_FAIL({ domain: first.domain || '?', reason: first.reason ?? first.result })];
  },
});
