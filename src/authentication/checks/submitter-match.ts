// SPDX-License-Identifier: Apache-2.0
/**
 * Submitter match — what was named at MAIL as responsible must be what the header names (RFC 4405 4.2); else anybody could name whom he likes.
 * Evidence, unless the operator wants the RFC's own way (`refuses`).
 */
import { z } from 'zod';
import { defineCheck, type Finding } from '../../check/check.ts';
import { formatAddress, sameAddress } from '../../core/address.ts';

export default defineCheck({
  name: 'submitter-match',
  stage: 'message',
  summary: {
    en: 'Compares the responsible submitter named at MAIL (SUBMITTER) with the one in the header.',
    ja: 'MAIL コマンドの SUBMITTER が、ヘッダの責任者（PRA）と一致するかを調べる。',
  },
  needs: ['senderId'],
  config: z.strictObject({
    refuses: z.boolean().default(false).meta({
      description:
        'The mode of RFC 4405: a SUBMITTER that the header contradicts is refused (550 5.7.1), also one that it cannot confirm (554 5.7.7).',
    }),
  }),
  symbols: {
    SUBMITTER_MATCH_DIFFERS: {
      weight: 0.8,
      status: '7.1',
      says: {
        en: 'Submitter does not match header: MAIL names {submitter} as responsible and the header {pra}; the sending server must name the same.',
        ja: 'SUBMITTER がヘッダと一致しない: MAIL では {submitter}、ヘッダでは {pra} が責任者である。送信サーバは同じアドレスを示す必要がある。',
      },
    },
    SUBMITTER_MATCH_UNVERIFIABLE: {
      weight: 0.4,
      status: '7.7',
      code: 554,
      says: {
        en: 'Cannot verify submitter address: MAIL names {submitter} as responsible, and the header names nobody; the sender should write one From or Sender with one address.',
        ja: 'SUBMITTER を確認できない: MAIL では {submitter} が責任者だが、ヘッダに責任者がない。送信者は、アドレス 1 つの From か Sender を 1 つだけ書く必要がある。',
      },
    },
  },
  run({ client, sender, senderId: { pra }, config, found }) {
    if (client.isOurs || sender.submitter === undefined) return [];
    const submitter = formatAddress(sender.submitter);
    const asked = (finding: Finding): readonly Finding[] => [
      config.refuses ? { ...finding, action: 'reject' } : finding,
    ];
    if (pra.kind === 'missing') return asked(found.SUBMITTER_MATCH_UNVERIFIABLE({ submitter }));
    return sameAddress(pra.address, sender.submitter)
      ? []
      : asked(found.SUBMITTER_MATCH_DIFFERS({ submitter, pra: formatAddress(pra.address) }));
  },
});
