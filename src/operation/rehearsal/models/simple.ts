// SPDX-License-Identifier: Apache-2.0
/** The two ends of the scale: a server that takes everything, and one that only asks DNS lists. */
import type { Model } from '../ports.ts';
import { isListed, refusal } from './gate.ts';

export const none: Model = {
  name: 'none',
  says: { en: 'takes everything', ja: 'すべて受け取る' },
  sources: [],
  open: () => ({ gate: () => ({}), stateBytes: () => 0 }),
};

export const dnsbl: Model = {
  name: 'dnsbl',
  says: {
    en: "Postfix' reject_rbl_client with the lists of the population",
    ja: 'Postfix の reject_rbl_client（人口ファイルのリスト）',
  },
  // maps_rbl_reject_code = 554; smtpd_delay_reject = yes: spoken at RCPT.
  sources: ['postconf(5): reject_rbl_client, maps_rbl_reject_code, smtpd_delay_reject'],
  open: stage => ({
    gate: ip => ({
      recipient: async () =>
        (await isListed(stage, ip, 'block'))
          ? refusal(554, '5.7.1', 'Service unavailable; client host blocked')
          : undefined,
    }),
    stateBytes: () => 0,
  }),
};
