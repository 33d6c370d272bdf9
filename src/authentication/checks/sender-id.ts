// SPDX-License-Identifier: Apache-2.0
/**
 * Sender ID — the address that the header names as responsible, and whether its domain lets this client send in its name. Only records written for
 * it (`spf2.0/pra`) weigh: what a `v=spf1` record says of header addresses is listed and costs nothing, as the IESG warns in RFC 4406.
 */
import { z } from 'zod';
import { defineCheck, type Finding } from '../../check/check.ts';
import { formatAddress } from '../../core/address.ts';
import { Fault } from '../../core/faults.ts';
import { acted, resultAction } from '../result-actions.ts';

export default defineCheck({
  name: 'sender-id',
  stage: 'message',
  summary: {
    en: 'Looks whether the domain of the address that the header names as responsible lets this client send (Sender ID).',
    ja: 'ヘッダが示す責任者（PRA）のドメインが、この接続元からの送信を許しているかを調べる（Sender ID）。',
  },
  needs: ['senderId'],
  config: z.strictObject({
    pass: resultAction('weigh', 'What + leads to'),
    neutral: resultAction('none', 'What ? leads to'),
    softfail: resultAction('weigh', 'What ~ leads to'),
    fail: resultAction('weigh', 'What - leads to'),
    missing: resultAction('weigh', 'What a header leads to that names nobody as responsible'),
  }),
  symbols: {
    SENDER_ID_PASS: {
      weight: 0,
      says: {
        en: 'The header names {address} as responsible ({field}), and that domain lets this client send.',
        ja: 'ヘッダ（{field}）は {address} を責任者として示し、そのドメインはこの接続元からの送信を許している。',
      },
    },
    SENDER_ID_NEUTRAL: {
      weight: 0,
      says: {
        en: 'The header names {address} as responsible ({field}); that domain says nothing of this client.',
        ja: 'ヘッダ（{field}）は {address} を責任者として示すが、そのドメインはこの接続元について何も述べていない。',
      },
    },
    SENDER_ID_SOFTFAIL: {
      weight: 0.4,
      says: {
        en: 'The header names {address} as responsible ({field}), and that domain does not expect this client to send; whoever forwards should add Resent-From.',
        ja: 'ヘッダ（{field}）は {address} を責任者として示すが、そのドメインはこの接続元からの送信を想定していない。転送する者は Resent-From を付けるべきである。',
      },
    },
    SENDER_ID_FAIL: {
      weight: 0.8,
      says: {
        en: 'The header names {address} as responsible ({field}), and that domain does not let this client send; list it in the spf2.0/pra record, or add Resent-From when forwarding.',
        ja: 'ヘッダ（{field}）は {address} を責任者として示すが、そのドメインはこの接続元からの送信を許していない。spf2.0/pra レコードに加えるか、転送時に Resent-From を付ける必要がある。',
      },
    },
    SENDER_ID_PATH_FAIL: {
      weight: 0.8,
      says: {
        en: 'The Sender ID record of {domain}, the domain of MAIL FROM, does not let this client send; list it in the spf2.0/mfrom record.',
        ja: 'MAIL FROM のドメイン {domain} の Sender ID レコードは、この接続元からの送信を許していない。spf2.0/mfrom レコードに加える必要がある。',
      },
    },
    SENDER_ID_SPF1_FAIL: {
      weight: 0,
      says: {
        en: 'The header names {address} as responsible ({field}); by its v=spf1 record, which was not written for header addresses, the answer would be {result}.',
        ja: 'ヘッダ（{field}）は {address} を責任者として示す。ヘッダ用ではない v=spf1 レコードに従えば {result} となる。',
      },
    },
    SENDER_ID_NO_PRA: {
      weight: 0.2,
      says: {
        en: 'The header names nobody as responsible: {field} is {why}; the sender should write one From or Sender with one address.',
        ja: 'ヘッダに責任者がない: {field} が{why}。送信者は、アドレス 1 つの From か Sender を 1 つだけ書く必要がある。',
      },
    },
    SENDER_ID_BROKEN: {
      weight: 0.2,
      says: {
        en: 'The Sender ID record of {domain} cannot be used: {reason}.',
        ja: '{domain} の Sender ID レコードが誤っている: {reason}。',
      },
    },
  },
  run({ client, senderId: { pra, byHeader, byPath }, config, found }) {
    if (client.isOurs) return [];
    if (pra.kind === 'missing')
      return acted(config.missing, found.SENDER_ID_NO_PRA({ field: pra.field, why: pra.why }));
    if (byHeader?.result === 'temperror') throw new Fault('dns-unavailable', { detail: byHeader.reason ?? '' });
    const path: readonly Finding[] =
      byPath?.result === 'fail' ? acted(config.fail, found.SENDER_ID_PATH_FAIL({ domain: byPath.domain })) : [];
    if (!byHeader) return path;
    const address = formatAddress(pra.address);
    const { field } = pra;
    const { result, version, domain, reason = '' } = byHeader;
    if (version === 'v=spf1' && (result === 'fail' || result === 'softfail'))
      return [...path, found.SENDER_ID_SPF1_FAIL({ address, field, result })];
    switch (result) {
      case 'pass':
        return [...path, ...acted(config.pass, found.SENDER_ID_PASS({ address, field }))];
      case 'neutral':
        return [...path, ...acted(config.neutral, found.SENDER_ID_NEUTRAL({ address, field }))];
      case 'softfail':
        return [...path, ...acted(config.softfail, found.SENDER_ID_SOFTFAIL({ address, field }))];
      case 'fail':
        return [...path, ...acted(config.fail, found.SENDER_ID_FAIL({ address, field }))];
      case 'permerror':
        // SPF says it of its own records.
        return version === 'spf2.0' ? [...path, found.SENDER_ID_BROKEN({ domain, reason })] : path;
      case 'none':
        return path;
    }
  },
});
