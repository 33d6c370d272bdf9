// SPDX-License-Identifier: Apache-2.0
/**
 * SPF — mail from a client that the sender's domain does not name is likelier to be forged; it may also have been forwarded.
 * That is why a fail only weighs and alone never leads to Junk, but for domains that send no mail at all: nobody can have forwarded that.
 * What + ? ~ − lead to is the operator's to say. Null senders are left to the check `helo-spf`.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { Fault } from '../../core/faults.ts';
import { isInside } from '../../core/ip.ts';
import { acted, resultAction } from '../result-actions.ts';
import { sendsNoMail } from '../spf.ts';

export default defineCheck({
  name: 'spf',
  stage: 'message',
  summary: {
    en: 'Looks whether the domain of the sender address lets this client send in its name (SPF).',
    ja: '送信者アドレスのドメインが、この接続元からの送信を許しているかを調べる（SPF）。',
  },
  needs: ['spf'],
  config: z.strictObject({
    pass: resultAction('weigh', 'What + leads to'),
    neutral: resultAction('none', 'What ? leads to; by RFC 7208 it is the same as no record'),
    softfail: resultAction('weigh', 'What ~ leads to, between neutral and fail'),
    fail: resultAction('weigh', 'What - leads to; forwarded mail fails too'),
    sendsNoMail: resultAction('reject', 'What - leads to if the whole record is `v=spf1 -all`: a domain without mail'),
    permerror: resultAction('weigh', 'What a record leads to that cannot be used'),
  }),
  symbols: {
    SPF_PASS: {
      weight: -0.1,
      says: {
        en: 'The domain of the sender, {domain}, lets this client send.',
        ja: '送信者のドメイン {domain} は、この接続元からの送信を許している。',
      },
    },
    SPF_PASSES_ANYONE: {
      weight: 1,
      says: {
        en: 'The domain of the sender, {domain}, lets everyone on the Internet send in its name, which proves nothing and earns nothing; its SPF record should name its own servers and end in -all or ~all.',
        ja: '送信者のドメイン {domain} は、誰からの送信でも許しているため、証明にならず信用にも数えない。SPF レコードには自分のサーバだけを書き、末尾は -all か ~all にする必要がある。',
      },
    },
    SPF_NEUTRAL: {
      weight: 0,
      says: {
        en: 'The domain of the sender, {domain}, does not say whether this client may send in its name.',
        ja: '送信者のドメイン {domain} は、この接続元からの送信を許すかどうかを述べていない。',
      },
    },
    SPF_FAIL: {
      weight: 1.5,
      status: '7.23',
      says: {
        en: 'The domain of the sender, {domain}, says that this client may not send in its name{explained}.',
        ja: '送信者のドメイン {domain} は、この接続元からの送信を許していない{explained}。',
      },
    },
    SPF_SENDS_NO_MAIL: {
      weight: 1.5,
      status: '7.23',
      says: {
        en: 'The domain of the sender, {domain}, declares that it sends no mail (v=spf1 -all). If it does send, its SPF record must name its servers.',
        ja: '送信者のドメイン {domain} は、メールを一切送信しないと宣言している（v=spf1 -all）。送信するのであれば、SPF レコードに送信サーバを書く必要がある。',
      },
    },
    SPF_SOFTFAIL: {
      weight: 0.7,
      status: '7.23',
      says: {
        en: 'The domain of the sender, {domain}, does not expect this client to send in its name.',
        ja: '送信者のドメイン {domain} は、この接続元からの送信を想定していない。',
      },
    },
    SPF_BROKEN: {
      weight: 0.3,
      status: '7.24',
      says: {
        en: 'The SPF record of {domain} cannot be used and must be corrected there: {reason}.',
        ja: '{domain} の SPF レコードが誤っており、修正が必要: {reason}。',
      },
    },
  },
  run({ client, spf, config, found }) {
    if (client.isOurs || spf.identity !== 'mailfrom') return [];
    const { domain, reason = '', explanation } = spf;
    switch (spf.result) {
      case 'pass':
        return spf.passesAnyone
          ? [found.SPF_PASSES_ANYONE({ domain })]
          : acted(config.pass, found.SPF_PASS({ domain }));
      case 'fail': {
        // What a gateway of our own hands us comes from none of the domain's servers.
        if (sendsNoMail(spf) && !isInside(client.ip))
          return acted(config.sendsNoMail, found.SPF_SENDS_NO_MAIL({ domain }));
        const explained = explanation === undefined ? '' : ` ("${explanation.slice(0, 200)}")`;
        return acted(config.fail, found.SPF_FAIL({ domain, explained }));
      }
      case 'softfail':
        return acted(config.softfail, found.SPF_SOFTFAIL({ domain }));
      case 'permerror':
        return acted(config.permerror, found.SPF_BROKEN({ domain, reason }));
      case 'neutral':
        return acted(config.neutral, found.SPF_NEUTRAL({ domain }));
      case 'none':
        return [];
      case 'temperror':
        throw new Fault('dns-unavailable', { detail: reason });
    }
  },
});
