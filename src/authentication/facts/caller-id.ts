// SPDX-License-Identifier: Apache-2.0
/** Caller ID — whether the responsible domain's document of 2004 names this client; see authentication/caller-id.ts. */
import { defineFact, type Measured } from '../../check/fact.ts';
import type { AuthResult } from '../../wire/authres/result.ts';
import { selectPra } from '../../wire/senderid/pra.ts';
import { checkCallerId, type CallerIdResult } from '../caller-id.ts';

declare module '../../check/fact.ts' {
  interface Facts {
    readonly callerId: Measured<'message', CallerIdResult>;
  }
}

export default defineFact({
  name: 'callerId',
  scope: 'message',
  summary: {
    en: 'Whether the responsible domain names this client as its sender in a Caller ID document (2004).',
    ja: '責任者のドメインが、Caller ID（2004 年）の文書でこの接続元を送信元として示しているかどうか。',
  },
  needs: ['mime', 'dns'],
  deadlineMs: 15_000,
  read({ client, mime, dns }, signal): CallerIdResult | Promise<CallerIdResult> {
    const pra = selectPra(mime.headers);
    if (client.isOurs || pra.kind === 'missing') return { result: 'none', domain: '' };
    return checkCallerId({ ip: client.ip, domain: pra.address.domain, dns, signal });
  },
  record: value => value,
  // No method of that name is registered (RFC 8601 2.7.6).
  results: ({ result, domain, reason }): readonly AuthResult[] =>
    result === 'none'
      ? []
      : [
          {
            method: 'x-caller-id',
            result,
            ...(reason === undefined ? {} : { reason }),
            properties: [['header', 'from', domain]],
          },
        ],
});
