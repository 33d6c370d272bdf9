// SPDX-License-Identifier: Apache-2.0
/** VBR — a proven domain for which somebody vouches whom the operator believes earns credit; one that nobody vouches for is as any other. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { Fault } from '../../core/faults.ts';

export default defineCheck({
  name: 'vbr',
  stage: 'message',
  summary: {
    en: 'Asks those whom the operator trusts whether they vouch for the sender (VBR).',
    ja: '運用者が信頼する者に、送信者を保証しているかを問い合わせる（VBR）。',
  },
  needs: ['vbr'],
  config: z.strictObject({}),
  symbols: {
    VBR_VOUCHED: {
      weight: -1,
      says: {
        en: '{voucher}, who is trusted here, vouches for mail of {domain} (kind: {content}).',
        ja: 'ここで信頼している {voucher} が、{domain} のメール（種別: {content}）を保証している。',
      },
    },
    VBR_NOT_VOUCHED: {
      weight: 0,
      says: {
        en: 'The message says that {voucher} vouches for {domain} (kind: {content}), which {voucher} does not: {domain} should register there, or leave its name out of VBR-Info.',
        ja: 'メッセージは {voucher} が {domain} を保証している（種別: {content}）というが、{voucher} にその登録がない。{domain} は登録するか、VBR-Info からその名前を除くこと。',
      },
    },
  },
  run({ vbr, found }) {
    switch (vbr.result) {
      case 'none':
        return [];
      case 'pass':
        return [found.VBR_VOUCHED(detailsOf(vbr))];
      case 'fail':
        return [found.VBR_NOT_VOUCHED(detailsOf(vbr))];
      case 'temperror':
        throw new Fault('dns-unavailable', { detail: vbr.voucher });
    }
  },
});

function detailsOf({ voucher, domain, content }: { voucher: string; domain: string; content: string }) {
  return { voucher, domain, content };
}
