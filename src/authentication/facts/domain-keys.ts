// SPDX-License-Identifier: Apache-2.0
/** DomainKeys — whether the sender's domain has signed the message by the ancestor of DKIM; see authentication/domain-keys.ts. */
import { defineFact, type Measured } from '../../check/fact.ts';
import type { AuthResult } from '../../wire/authres/result.ts';
import { verifyDomainKeys, type DomainKeyResult, type DomainKeysResult } from '../domain-keys.ts';

declare module '../../check/fact.ts' {
  interface Facts {
    readonly domainKeys: Measured<'message', DomainKeysResult>;
  }
}

export default defineFact({
  name: 'domainKeys',
  scope: 'message',
  summary: {
    en: "Whether the sender's domain has signed the message by the ancestor of DKIM (RFC 4870).",
    ja: '送信者のドメインが DKIM の前身（RFC 4870）でメッセージに署名しているかどうか。',
  },
  needs: ['dns', 'dkimKeys', 'signable'],
  deadlineMs: 15_000,
  read: ({ signable, dns, dkimKeys }, signal) => verifyDomainKeys(signable, { dns, dkimKeys, signal }),
  record: ({ signatures, policy }) => ({
    signatures: signatures.map(({ result, domain, selector, reason }) => ({
      result,
      domain: domain.slice(0, 64),
      selector: selector.slice(0, 32),
      ...(reason === undefined ? {} : { reason: reason.slice(0, 60) }),
    })),
    ...(policy ? { policy: policy.signsAll ? '-' : '~' } : {}),
  }),
  // A method hardly anybody uses any more: of mail that has no such signature nothing is said.
  results: ({ signatures, policy }): readonly AuthResult[] =>
    signatures.map(signature => asAuthResult(signature, policy?.signsAll === true)),
});

function asAuthResult({ result, reason, domain, field, sender }: DomainKeyResult, signsAll: boolean): AuthResult {
  const says = [
    ...(reason === undefined ? [] : [reason]),
    ...(signsAll ? ['the domain says it signs all its mail'] : []),
  ];
  return {
    method: 'domainkeys',
    result,
    ...(says.length === 0 ? {} : { reason: says.join('; ') }),
    properties: [
      ...(domain === '' ? [] : ([['header', 'd', domain]] as const)),
      ...(field === undefined || sender === undefined ? [] : ([['header', field, sender]] as const)),
    ],
  };
}
