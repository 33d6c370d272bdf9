// SPDX-License-Identifier: Apache-2.0
/** DKIM — which domains have signed the message, and whether the signatures hold; see authentication/dkim.ts. */
import { defineFact, type Measured } from '../../check/fact.ts';
import { noProof, type AuthResult } from '../../wire/authres/result.ts';
import { earnsCredit } from '../dkim-result.ts';
import { verifyDkim, type DkimResult } from '../dkim.ts';

declare module '../../check/fact.ts' {
  interface Facts {
    /** One for each signature that was looked at, in the order of the message. */
    readonly dkim: Measured<'message', readonly DkimResult[]>;
  }
}

export default defineFact({
  name: 'dkim',
  scope: 'message',
  summary: {
    en: 'Which domains have signed the message, and whether it is as they signed it (RFC 6376).',
    ja: 'どのドメインがメッセージに署名し、内容が署名の時のままかどうか（RFC 6376）。',
  },
  needs: ['dns', 'clock', 'dkimKeys', 'signable'],
  deadlineMs: 9_000,
  read: ({ signable, dns, clock, dkimKeys }, signal) => verifyDkim(signable, { dns, clock, dkimKeys, signal }),
  // Ten of these – of thirty at most – stay within the 2 kB a fact may put into the record.
  record: signatures =>
    signatures.slice(0, recordedAtMost).map(({ result, domain, selector, reason }) => ({
      result,
      domain: domain.slice(0, 64),
      selector: selector.slice(0, 32),
      ...(reason === undefined ? {} : { reason: reason.slice(0, 40) }),
    })),
  results: (signatures): readonly AuthResult[] =>
    signatures.length === 0 ? [{ method: 'dkim', result: 'none', properties: [] }] : signatures.map(asAuthResult),
});

const recordedAtMost = 10;

function asAuthResult(of: DkimResult): AuthResult {
  const { result, domain, selector, algorithm, identity, signature, isTest } = of;
  const isPass = result === 'pass';
  const reason = isPass && isTest ? 'the domain is only testing (t=y)' : of.reason;
  const properties: readonly (readonly [string, string, string])[] = [
    ['header', 'd', domain],
    ['header', 'i', identity],
    ['header', 's', selector],
    ['header', 'a', algorithm],
    ['header', 'b', signature],
  ];
  return {
    method: 'dkim',
    result,
    ...(reason === undefined ? {} : { reason }),
    properties: [
      ...properties.filter(([, , value]) => value !== '' && value !== '@'),
      ...(isPass && !earnsCredit(of) ? [noProof] : []),
    ],
  };
}
