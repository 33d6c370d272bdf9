// SPDX-License-Identifier: Apache-2.0
/** Authenticated — for tests: results of SPF and DKIM as the facts give them. */
import type { FactValue } from '../check/fact.ts';

type Spf = FactValue<'spf'>;
type Dkim = FactValue<'dkim'>;

export const noSignature: Dkim = [];

export function spfOf(result: Spf['result'], domain: string): Spf {
  return { result, identity: 'mailfrom', domain };
}

export function signedBy(result: Dkim[number]['result'], domain: string): Dkim {
  return [
    {
      result,
      domain,
      selector: 's1',
      algorithm: 'rsa-sha256',
      identity: `@${domain}`,
      signature: 'abcdefgh',
      signedFields: ['from'],
      isTest: false,
    },
  ];
}
