// SPDX-License-Identifier: Apache-2.0
/** Caller ID — the ancestor of Sender ID is listed where a domain still has it, and weighs nothing: nobody keeps such documents up. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { Fault } from '../../core/faults.ts';

export default defineCheck({
  name: 'caller-id',
  stage: 'message',
  defaultMode: 'observe',
  summary: {
    en: 'Looks whether a Caller ID document of the responsible domain names this client (the ancestor of Sender ID).',
    ja: '責任者のドメインの Caller ID 文書が、この接続元を示しているかを調べる（Sender ID の前身）。',
  },
  needs: ['callerId'],
  config: z.strictObject({}),
  symbols: {
    CALLER_ID_PASS: {
      weight: 0,
      says: {
        en: 'The Caller ID document of {domain} names this client as its sender.',
        ja: '{domain} の Caller ID 文書は、この接続元を送信元として示している。',
      },
    },
    CALLER_ID_FAIL: {
      weight: 0,
      says: {
        en: 'The Caller ID document of {domain} does not name this client; {domain} should remove the document at _ep.{domain}, or bring it up to date.',
        ja: '{domain} の Caller ID 文書は、この接続元を示していない。_ep.{domain} の文書を削除するか更新する必要がある。',
      },
    },
    CALLER_ID_BROKEN: {
      weight: 0,
      says: {
        en: 'The Caller ID document of {domain} cannot be used and should be removed: {reason}.',
        ja: '{domain} の Caller ID 文書は誤っており、削除が望ましい: {reason}。',
      },
    },
  },
  run({ client, callerId: { result, domain, reason = '' }, found }) {
    if (client.isOurs) return [];
    switch (result) {
      case 'pass':
        return [found.CALLER_ID_PASS({ domain })];
      case 'fail':
        return [found.CALLER_ID_FAIL({ domain })];
      case 'permerror':
        return [found.CALLER_ID_BROKEN({ domain, reason })];
      case 'neutral':
      case 'none':
        return [];
      case 'temperror':
        throw new Fault('dns-unavailable', { detail: reason });
    }
  },
});
