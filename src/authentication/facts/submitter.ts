// SPDX-License-Identifier: Apache-2.0
/** Submitter — whether the domain of the address that SUBMITTER, else MAIL FROM, names as responsible lets this client send (RFC 4405 4.2): known before the body. */
import { defineFact, type Measured } from '../../check/fact.ts';
import { formatAddress, formatPath, type Address } from '../../core/address.ts';
import type { AuthResult } from '../../wire/authres/result.ts';
import { checkSenderId, type SenderIdResult } from '../sender-id.ts';

export interface Submitter {
  /** null where neither names anyone. */
  readonly address: Address | null;
  /** Whether SUBMITTER was given. */
  readonly isDeclared: boolean;
  readonly verdict: SenderIdResult;
}

declare module '../../check/fact.ts' {
  interface Facts {
    readonly submitter: Measured<'transaction', Submitter>;
  }
}

export default defineFact({
  name: 'submitter',
  scope: 'transaction',
  summary: {
    en: 'Whether the domain of the responsible submitter (SUBMITTER, else MAIL FROM) lets this client send (RFC 4405).',
    ja: '責任ある提出者（SUBMITTER、なければ MAIL FROM）のドメインが、この接続元からの送信を許しているかどうか（RFC 4405）。',
  },
  needs: ['dns', 'clock'],
  deadlineMs: 15_000,
  read({ client, hello, sender, dns, clock }, signal): Submitter | Promise<Submitter> {
    const address = sender.submitter ?? sender.address;
    const isDeclared = sender.submitter !== undefined;
    const valueOf = (verdict: SenderIdResult): Submitter => ({ address, isDeclared, verdict });
    if (client.isOurs || address === null) return valueOf({ result: 'none', domain: '' });
    const nowSeconds = Math.floor(clock.now() / 1_000);
    const verdict = checkSenderId({ scope: 'pra', ip: client.ip, helo: hello.name, address, dns, signal, nowSeconds });
    return verdict instanceof Promise ? verdict.then(valueOf) : valueOf(verdict);
  },
  record: ({ address, isDeclared, verdict }) => ({ address: formatPath(address), isDeclared, ...verdict }),
  results: ({ address, isDeclared, verdict }): readonly AuthResult[] =>
    isDeclared && address && verdict.domain !== ''
      ? [
          {
            method: 'sender-id',
            result: verdict.result,
            ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
            properties: [['smtp', 'submitter', formatAddress(address)]],
          },
        ]
      : [],
});
