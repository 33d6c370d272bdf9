// SPDX-License-Identifier: Apache-2.0
/**
 * DKIM — a signature that holds says who answers for the message, whoever that is; one that does not is as none at all (RFC 6376 6.1),
 * because mailing lists and gateways break them every day.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { Fault } from '../../core/faults.ts';
import { earnsCredit } from '../dkim-result.ts';

export default defineCheck({
  name: 'dkim',
  stage: 'message',
  summary: {
    en: 'Looks who has signed the message and whether it is as it was signed (DKIM).',
    ja: '誰がメッセージに署名し、内容が署名の時のままかを調べる（DKIM）。',
  },
  needs: ['dkim'],
  config: z.strictObject({}),
  symbols: {
    DKIM_PASS: {
      weight: -0.1,
      says: {
        en: 'The message is as {domain} signed it.',
        ja: 'メッセージは {domain} が署名した時のままである。',
      },
    },
    DKIM_PARTLY_SIGNED: {
      weight: 0.5,
      says: {
        en: 'The signature of {domain} (l=) leaves the last {bytes} bytes of the message open to anyone and counts for nothing; {domain} should sign without l=.',
        ja: '{domain} の署名（l=）はメッセージの末尾 {bytes} バイトを保護していないため、信用に数えない。{domain} は l= なしで署名すべきである。',
      },
    },
    DKIM_BODY_CHANGED: {
      weight: 0.3,
      says: {
        en: 'The body is not as {domain} signed it; if {domain} sees this of its own mail, something behind its signer changes mail.',
        ja: '本文が {domain} の署名した時のままではない。{domain} から直接届いたメールなら、署名後に内容を変える装置がある。',
      },
    },
    DKIM_HEADER_CHANGED: {
      weight: 0.3,
      says: {
        en: 'The signature of {domain} does not hold: the header was changed, or {name} has the key of another signer.',
        ja: '{domain} の署名を検証できない。ヘッダーが変更されたか、{name} の公開鍵が署名した鍵と対になっていない。',
      },
    },
    DKIM_NO_KEY: {
      weight: 0.3,
      says: {
        en: 'The message is signed by {domain}, which publishes no key as {name}: publish the TXT record, or sign with a selector that has one.',
        ja: '{domain} の署名があるが、{name} に公開鍵がない。TXT レコードを公開するか、公開鍵のあるセレクターで署名すること。',
      },
    },
    DKIM_BAD_KEY: {
      weight: 0.3,
      says: {
        en: 'The message is signed by {domain}, and its key record {name} does not serve for it ({reason}): correct the record.',
        ja: '{domain} の署名があるが、公開鍵のレコード {name} がこの署名に使えない（{reason}）。レコードを直すこと。',
      },
    },
    DKIM_WEAK: {
      weight: 0.3,
      says: {
        en: 'The signature of {domain} is too weak to prove anything ({reason}): sign with rsa-sha256 and a key of 2048 bits.',
        ja: '{domain} の署名は弱すぎて証明にならない（{reason}）。rsa-sha256 と 2048 ビットの鍵で署名すること。',
      },
    },
    DKIM_EXPIRED: {
      weight: 0.3,
      says: {
        en: 'The signature of {domain} is not of this time ({reason}): correct the clock of the signer, or sign for longer (x=).',
        ja: '{domain} の署名は有効期間の外にある（{reason}）。署名する側の時計を直すか、期限（x=）を延ばすこと。',
      },
    },
    DKIM_MALFORMED: {
      weight: 0.3,
      says: {
        en: 'A signature of {domain} cannot be used: {reason}; correct what signs the mail.',
        ja: '{domain} の署名は使えない: {reason}。署名するソフトウェアを直すこと。',
      },
    },
  },
  run({ client, dkim, found }) {
    if (client.isOurs || dkim.length === 0) return [];
    const proven = dkim.filter(earnsCredit);
    if (proven.length > 0) {
      const domains = [...new Set(proven.map(({ domain }) => domain))];
      return [found.DKIM_PASS({ domain: domains.slice(0, 3).join(', ') })];
    }
    const open = dkim.find(one => one.result === 'pass' && !one.isTest);
    if (open) return [found.DKIM_PARTLY_SIGNED({ domain: open.domain, bytes: open.unsignedBytes ?? 0 })];
    const unknown = dkim.find(({ result }) => result === 'temperror');
    if (unknown) throw new Fault('dns-unavailable', { detail: unknown.reason ?? '' });
    const broken = dkim.find(({ result, isTest }) => result !== 'pass' && !isTest);
    if (!broken?.problem) return [];
    const { reason = broken.result, selector, problem } = broken;
    const domain = broken.domain || '?';
    const name = `${selector}._domainkey.${domain}`;
    switch (problem) {
      case 'body-changed':
        return [found.DKIM_BODY_CHANGED({ domain })];
      case 'header-changed':
        return [found.DKIM_HEADER_CHANGED({ domain, name })];
      case 'no-key':
        return [found.DKIM_NO_KEY({ domain, name })];
      case 'revoked-key':
      case 'bad-key':
        return [found.DKIM_BAD_KEY({ domain, name, reason })];
      case 'weak':
        return [found.DKIM_WEAK({ domain, reason })];
      case 'expired':
      case 'early':
        return [found.DKIM_EXPIRED({ domain, reason })];
      case 'malformed':
        return [found.DKIM_MALFORMED({ domain, reason })];
      case 'too-many':
      case 'name-service':
        return [];
    }
  },
});
