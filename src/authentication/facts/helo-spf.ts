// SPDX-License-Identifier: Apache-2.0
/** HELO SPF — whether the name the client gives itself lets it send (RFC 7208 2.3); see authentication/spf.ts. */
import { isFromNowhere } from '../../core/client.ts';
import { defineFact, type Measured } from '../../check/fact.ts';
import type { AuthResult } from '../../wire/authres/result.ts';
import { askedOfNobody, checkSpf, spfResultOf, type SpfResult } from '../spf.ts';

declare module '../../check/fact.ts' {
  interface Facts {
    readonly heloSpf: Measured<'hello', SpfResult>;
  }
}

export default defineFact({
  name: 'heloSpf',
  scope: 'hello',
  summary: {
    en: 'Whether the domain in HELO lets this client send in its name (RFC 7208).',
    ja: 'HELO のドメインが、この接続元からの送信を許しているかどうか（RFC 7208）。',
  },
  needs: ['dns'],
  deadlineMs: 10_000,
  read: ({ client, hello, dns }, signal) =>
    client.isOurs || isFromNowhere(client)
      ? askedOfNobody
      : checkSpf({ ip: client.ip, helo: hello.name, sender: null, dns, signal }),
  record: value => value,
  // Most names have no record, and nobody misses to be told so.
  results: (spf): readonly AuthResult[] =>
    spf.identity === 'nobody' || spf.result === 'none' ? [] : [spfResultOf(spf, 'helo')],
});
