// SPDX-License-Identifier: Apache-2.0
/** SPF — whether the domain of MAIL FROM, or of HELO where the sender is null, lets this client send; see authentication/spf.ts. */
import { isFromNowhere } from '../../core/client.ts';
import { defineFact, type Measured } from '../../check/fact.ts';
import type { AuthResult } from '../../wire/authres/result.ts';
import { askedOfNobody, checkSpf, spfResultOf, type SpfResult } from '../spf.ts';

declare module '../../check/fact.ts' {
  interface Facts {
    readonly spf: Measured<'transaction', SpfResult>;
  }
}

export default defineFact({
  name: 'spf',
  scope: 'transaction',
  summary: {
    en: 'Whether the domain of the sender address lets this client send in its name (RFC 7208).',
    ja: '送信者アドレスのドメインが、この接続元からの送信を許しているかどうか（RFC 7208）。',
  },
  needs: ['dns', 'clock'],
  deadlineMs: 10_000,
  read: ({ client, hello, sender, dns, clock }, signal) =>
    // Whom we relay for has no place in other domains' records.
    client.isOurs || isFromNowhere(client)
      ? askedOfNobody
      : checkSpf({
          ip: client.ip,
          helo: hello.name,
          sender: sender.address,
          dns,
          signal,
          nowSeconds: Math.floor(clock.now() / 1_000),
        }),
  record: value => value,
  // Of a null sender it is what the fact heloSpf tells.
  results: (spf): readonly AuthResult[] =>
    spf.identity === 'nobody' || (spf.identity === 'helo' && spf.result !== 'none')
      ? []
      : [spfResultOf(spf, spf.identity)],
});
