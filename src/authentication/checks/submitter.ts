// SPDX-License-Identifier: Apache-2.0
/**
 * Submitter — a client that names the responsible submitter at MAIL can be tested before the body comes (RFC 4405 4.2). Evidence, unless the operator
 * wants the RFC's own way (`refuses`). What `v=spf1` records say of such addresses never refuses: they were not written for them.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { formatAddress } from '../../core/address.ts';
import { Fault } from '../../core/faults.ts';

export default defineCheck({
  name: 'submitter',
  stage: 'sender',
  summary: {
    en: 'Looks before the body whether the domain of the responsible submitter (SUBMITTER, else MAIL FROM) lets this client send.',
    ja: '責任ある提出者（SUBMITTER、なければ MAIL FROM）のドメインが、この接続元からの送信を許しているかを、本文を受け取る前に調べる。',
  },
  needs: ['submitter'],
  config: z.strictObject({
    refuses: z.boolean().default(false).meta({
      description:
        'The mode of RFC 4405: a SUBMITTER whose own spf2.0/pra record does not name the client is refused (550 5.7.1) before the body. See also submitter-match.',
    }),
  }),
  symbols: {
    SUBMITTER_FAIL: {
      weight: 0.8,
      status: '7.1',
      says: {
        en: 'Submitter not allowed: {address} is named as responsible, and its domain does not let this client send; list the client in the spf2.0/pra record.',
        ja: '責任者として {address} が名乗られたが、そのドメインはこの接続元からの送信を許していない。spf2.0/pra レコードに加える必要がある。',
      },
    },
    SUBMITTER_SPF1_FAIL: {
      weight: 0,
      says: {
        en: '{address} is named as responsible; by its v=spf1 record, which was not written for that, this client may not send.',
        ja: '責任者として {address} が名乗られた。この用途のものではない v=spf1 レコードに従えば、この接続元からの送信は許されない。',
      },
    },
    SUBMITTER_IMPLIED_FAIL: {
      weight: 0,
      says: {
        en: 'No SUBMITTER was given, so {address} would be responsible; its spf2.0/pra record does not let this client send.',
        ja: 'SUBMITTER がないため {address} が責任者と見なされるが、その spf2.0/pra レコードはこの接続元からの送信を許していない。',
      },
    },
  },
  run({ client, submitter, config, found }) {
    const { address, isDeclared, verdict } = submitter;
    if (client.isOurs || address === null) return [];
    if (verdict.result === 'temperror') {
      if (!isDeclared) return [];
      throw new Fault('dns-unavailable', { detail: verdict.reason ?? '' });
    }
    if (verdict.result !== 'fail') return [];
    const who = { address: formatAddress(address) };
    if (!isDeclared) return verdict.version === 'spf2.0' ? [found.SUBMITTER_IMPLIED_FAIL(who)] : [];
    if (verdict.version !== 'spf2.0') return [found.SUBMITTER_SPF1_FAIL(who)];
    const finding = found.SUBMITTER_FAIL(who);
    return [config.refuses ? { ...finding, action: 'reject' } : finding];
  },
});
