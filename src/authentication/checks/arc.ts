// SPDX-License-Identifier: Apache-2.0
/**
 * ARC — a chain of seals shows by whose hands a message went. It counts for something only where the operator trusts a sealer; a broken one
 * counts for nothing, since every gateway that rewrites mail may break it (RFC 8617 5.2: treat it as if there were none).
 */
import { defineCheck } from '../../check/check.ts';
import { z } from 'zod';

export default defineCheck({
  name: 'arc',
  stage: 'message',
  summary: {
    en: 'Looks who has handed the message on, and what trusted ones of them had found (ARC).',
    ja: '誰がメッセージを転送してきたか、そのうち信頼できるサーバが何を確かめたかを調べる（ARC）。',
  },
  needs: ['arc'],
  config: z.strictObject({}),
  symbols: {
    ARC_TRUSTED: {
      weight: -0.2,
      says: {
        en: 'The message was handed on by {domain}, whose seals are trusted here; it says that DMARC came to “{dmarc}” there.',
        ja: 'メッセージは、ここで信頼している {domain} が転送した。{domain} での DMARC の結果は「{dmarc}」であった。',
      },
    },
    ARC_PASS: {
      weight: 0,
      says: {
        en: 'The message was handed on by {domain}, whose chain of seals holds; nobody here has said to trust it.',
        ja: 'メッセージは {domain} が転送し、封印の連鎖は正しい。ただし、この封印を信頼する設定はない。',
      },
    },
    ARC_FAIL: {
      weight: 0,
      says: {
        en: 'The chain of ARC seals does not hold ({reason}). Whoever handed the message on last must seal it after its own changes, and publish the key.',
        ja: 'ARC の封印の連鎖が正しくない（{reason}）。最後に転送したサーバは、自分の変更の後で封印し、公開鍵を公開する必要がある。',
      },
    },
  },
  run({ arc, found }) {
    switch (arc.result) {
      case 'none':
      case 'temperror':
        return [];
      case 'fail':
        return [found.ARC_FAIL({ reason: arc.reason ?? '' })];
      case 'pass': {
        const [report] = arc.trusted;
        if (!report) return [found.ARC_PASS({ domain: arc.sealers.at(-1)?.domain ?? '' })];
        const dmarc = report.results.find(({ method }) => method === 'dmarc')?.result ?? 'none';
        return [found.ARC_TRUSTED({ domain: report.sealer, dmarc })];
      }
    }
  },
});
