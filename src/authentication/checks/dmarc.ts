// SPDX-License-Identifier: Apache-2.0
/**
 * DMARC — mail that bears a domain's name and is proved by nothing of that domain is treated as the domain asks, with two exceptions: what
 * looks handed on only weighs, and an unanswered question means nothing (docs/decisions/0013).
 * More than one author domain has no result by RFC 9989; what one of them asks is then weighed here, so that a second author is no way round.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { Fault } from '../../core/faults.ts';
import { isInside } from '../../core/ip.ts';
import { forgivingReport } from '../arc-trust.ts';
import { doubtOf } from '../dmarc-doubt.ts';
import { proofOf } from '../dmarc-identities.ts';
import type { DmarcResult } from '../dmarc.ts';

export default defineCheck({
  name: 'dmarc',
  stage: 'message',
  summary: {
    en: 'Looks whether SPF or DKIM proves the domain of the author, and does what that domain asks for (DMARC).',
    ja: '差出人（From）のドメインが SPF か DKIM で証明されているかを調べ、そのドメインの求めに従う（DMARC）。',
  },
  needs: ['dmarc', 'spf', 'dkim', 'arc', 'identities'],
  config: z.strictObject({}),
  symbols: {
    DMARC_PASS: {
      weight: -0.2,
      says: {
        en: 'The author’s domain, {domain}, is proved by {method}.',
        ja: '差出人のドメイン {domain} は {method} で証明されている。',
      },
    },
    DMARC_PASS_OPEN: {
      weight: 0,
      says: {
        en: 'By its own records the author’s domain, {domain}, passes, but that proves nothing: its SPF record lets anyone send, or its DKIM key is only being tried (t=y). Neither earns anything.',
        ja: '差出人のドメイン {domain} は DMARC に合格したが、証明にはならない。SPF レコードが誰からの送信でも許しているか、DKIM 鍵が試験中（t=y）である。信用には数えない。',
      },
    },
    DMARC_FAIL: {
      weight: 0.5,
      says: {
        en: 'Nothing proves that the message is from {domain}, which asks for nothing to be done about it.',
        ja: '{domain} からのメールであることは証明できない。ただし {domain} は特別な扱いを求めていない。',
      },
    },
    DMARC_QUARANTINE: {
      weight: 4,
      says: {
        en: 'Nothing proves that the message is from {domain}, which asks for such mail to be set aside. Its senders must use servers in its SPF record or sign with its DKIM key.',
        ja: '{domain} からのメールであることは証明できず、{domain} はそのようなメールの隔離を求めている。送信側は SPF レコードにあるサーバーを使うか、{domain} の DKIM 鍵で署名する必要がある。',
      },
    },
    DMARC_REJECT: {
      weight: 6,
      says: {
        en: 'Nothing proves that the message is from {domain}, which asks for such mail to be refused. Its senders must use servers in its SPF record or sign with its DKIM key.',
        ja: '{domain} からのメールであることは証明できず、{domain} はそのようなメールの拒否を求めている。送信側は SPF レコードにあるサーバーを使うか、{domain} の DKIM 鍵で署名する必要がある。',
      },
    },
    DMARC_FORGIVEN: {
      weight: 0,
      says: {
        en: 'Nothing proves any more that the message is from {domain}, but {sealer}, which handed it on and is trusted here, had found the proof (ARC).',
        ja: '{domain} からのメールであることの証明は失われているが、ここで信頼している転送元 {sealer} が、受け取った時に確認している（ARC）。',
      },
    },
    DMARC_FAIL_LIST: {
      weight: 1.5,
      says: {
        en: 'Nothing proves that the message is from {domain}, as that domain wants it; it came through a mailing list or was sent on, which breaks such proof.',
        ja: '{domain} が求める証明がない。ただしメーリングリストや再送を経ており、そのために証明が失われた可能性がある。',
      },
    },
    DMARC_FAIL_CHANGED: {
      weight: 2.5,
      says: {
        en: 'Nothing proves that the message is from {domain}, as that domain wants it; it has a signature of that domain and was changed after it.',
        ja: '{domain} が求める証明がない。{domain} の署名はあるが、署名の後に内容が変えられている。',
      },
    },
    DMARC_FAIL_INSIDE: {
      weight: 1,
      says: {
        en: 'Nothing proves that the message is from {domain}; it was handed over by a machine of our own network, where SPF can prove nothing.',
        ja: '{domain} からのメールであることは証明できない。ただし内部ネットワークの機器から渡されたため、SPF では確認できない。',
      },
    },
    DMARC_AUTHORS_SEVERAL: {
      weight: 1,
      says: {
        en: 'From has more than one author domain ({domains}), so that DMARC cannot be applied. A message must have one From with one domain.',
        ja: '差出人（From）に複数のドメイン（{domains}）があり、DMARC を適用できない。From は 1 つ、ドメインも 1 つにする必要がある。',
      },
    },
    DMARC_AUTHOR_FORGED: {
      weight: 5,
      says: {
        en: 'From has more than one author domain, and nothing proves {domain}, which asks for mail without proof to be set aside or refused. A message must have one From with one domain.',
        ja: '差出人（From）に複数のドメインがあり、そのうち {domain} は証明できず、証明のないメールの隔離や拒否を求めている。From は 1 つ、ドメインも 1 つにする必要がある。',
      },
    },
    DMARC_AUTHOR_UNCLEAR: {
      weight: 1,
      says: {
        en: 'From holds something from which no author’s domain can be read, so that DMARC cannot be applied. It must hold an address.',
        ja: '差出人（From）から作成者のドメインを読み取れず、DMARC を適用できない。アドレスを書く必要がある。',
      },
    },
  },
  run({ client, dmarc, spf, dkim, arc, identities, found }) {
    if (client.isOurs) return [];
    switch (dmarc.kind) {
      case 'not-asked':
        return [];
      case 'several': {
        const { results } = dmarc;
        if (results.length === 0) return [found.DMARC_AUTHOR_UNCLEAR()];
        const forged = results.find(isUnproved);
        if (forged) return [found.DMARC_AUTHOR_FORGED({ domain: forged.domain })];
        return [found.DMARC_AUTHORS_SEVERAL({ domains: results.map(({ domain }) => domain).join(', ') })];
      }
      case 'one':
    }
    const { result } = dmarc;
    const { domain } = result;
    switch (result.result) {
      case 'none':
        return [];
      case 'temperror':
        throw new Fault('dns-unavailable', { detail: result.reason ?? '' });
      case 'pass': {
        const method = proofOf(result, spf, dkim);
        return [method === undefined ? found.DMARC_PASS_OPEN({ domain }) : found.DMARC_PASS({ domain, method })];
      }
      case 'fail':
    }
    const asks = result.policy?.asks ?? 'none';
    if (asks === 'none') return [found.DMARC_FAIL({ domain })];
    const report = forgivingReport(arc.trusted, domain);
    if (report) return [found.DMARC_FORGIVEN({ domain, sealer: report.sealer })];
    // A gateway or another MX of ours in front of us: every sender without a signature would fail.
    if (isInside(client.ip)) return [found.DMARC_FAIL_INSIDE({ domain })];
    switch (doubtOf(result, { handedOn: identities.handedOn, dkim, arc })) {
      case 'list':
      case 'resent':
        return [found.DMARC_FAIL_LIST({ domain })];
      case 'changed':
        return [found.DMARC_FAIL_CHANGED({ domain })];
      case undefined:
        return [asks === 'reject' ? found.DMARC_REJECT({ domain }) : found.DMARC_QUARANTINE({ domain })];
    }
  },
});

function isUnproved({ result, policy }: DmarcResult): boolean {
  return result === 'fail' && policy !== undefined && policy.asks !== 'none';
}
