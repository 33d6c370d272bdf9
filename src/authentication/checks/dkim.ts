// SPDX-License-Identifier: Apache-2.0
/**
 * DKIM — a signature that holds says who answers for the message, whoever that is; one that does not is as none at all (RFC 6376 6.1),
 * because mailing lists and gateways break them every day.
 */
import { z } from 'zod';
import { defineCheck, type Finding } from '../../check/check.ts';
import { Fault } from '../../core/faults.ts';

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
    DKIM_FAIL: {
      weight: 0.3,
      says: {
        en: 'The message is signed by {domain} and the signature does not hold: {reason}.',
        ja: '{domain} の署名があるが、検証できない: {reason}。',
      },
    },
    DKIM_PARTLY_SIGNED: {
      weight: 0.5,
      says: {
        en: 'The signature of {domain} leaves the last {bytes} bytes of the message open to anyone.',
        ja: '{domain} の署名は、メッセージの末尾 {bytes} バイトを保護していない。',
      },
    },
  },
  run({ client, dkim, found }) {
    if (client.isOurs || dkim.length === 0) return [];
    const passed = dkim.filter(({ result, isTest }) => result === 'pass' && !isTest);
    if (passed.length > 0) {
      const domains = [...new Set(passed.map(({ domain }) => domain))];
      const findings: Finding[] = [found.DKIM_PASS({ domain: domains.slice(0, 3).join(', ') })];
      // A second signature that covers all makes good what the first leaves open.
      const open = passed.every(({ unsignedBytes = 0 }) => unsignedBytes > 0) ? passed[0] : undefined;
      if (open) findings.push(found.DKIM_PARTLY_SIGNED({ domain: open.domain, bytes: open.unsignedBytes ?? 0 }));
      return findings;
    }
    const unknown = dkim.find(({ result }) => result === 'temperror');
    if (unknown) throw new Fault('dns-unavailable', { detail: unknown.reason ?? '' });
    const broken = dkim.find(({ result, isTest }) => result !== 'pass' && !isTest);
    return broken ? [found.DKIM_FAIL({ domain: broken.domain || '?', reason: broken.reason ?? broken.result })] : [];
  },
});
