// SPDX-License-Identifier: Apache-2.0
/** DMARC — whether SPF or DKIM speaks for the domain in From, and what that domain asks for; see authentication/dmarc.ts and dmarc-author.ts. */
import { isFromNowhere } from '../../core/client.ts';
import { defineFact, type Measured } from '../../check/fact.ts';
import { noProof, type AuthResult } from '../../wire/authres/result.ts';
import { authorDomainsOf } from '../dmarc-author.ts';
import { identitiesFor, proofOf } from '../dmarc-identities.ts';
import { evaluateDmarc, type DmarcResult } from '../dmarc.ts';

/**
 * `several`: more than one domain could be shown as the author's, or one that cannot be made out, and DMARC has no result; what can be read is
 * evaluated, each for itself. `not-asked`: there is no author, or the message is our own.
 */
export type DmarcMeasured =
  /** `isOpen`: it passes by something that proves nothing; see proofOf. */
  | { readonly kind: 'one'; readonly result: DmarcResult; readonly isOpen?: true }
  | { readonly kind: 'several'; readonly fields: number; readonly results: readonly DmarcResult[] }
  | { readonly kind: 'not-asked' };

declare module '../../check/fact.ts' {
  interface Facts {
    readonly dmarc: Measured<'message', DmarcMeasured>;
  }
}

/** Of several authors only so many are looked up. */
const authorsAtMost = 4;

export default defineFact({
  name: 'dmarc',
  scope: 'message',
  summary: {
    en: 'Whether SPF or DKIM speaks for the domain in From, and what that domain asks for (RFC 9989).',
    ja: 'SPF か DKIM が差出人（From）のドメインを証明しているか、そのドメインが何を求めているか（RFC 9989）。',
  },
  needs: ['mime', 'spf', 'dkim', 'dns'],
  deadlineMs: 9_000,
  async read({ client, message, mime, spf, dkim, dns }, signal): Promise<DmarcMeasured> {
    // Whom we relay for has not gone through other domains' doors yet.
    if (client.isOurs || isFromNowhere(client)) return { kind: 'not-asked' };
    const author = authorDomainsOf(mime.headers.all('from').map(({ raw }) => raw));
    const { domains, fields } = author;
    // Of a header that goes on beyond what is judged nobody knows whom it shows.
    const isUnclear = author.isUnclear || (!message.isWhole && mime.bodyStart >= message.bytes.length);
    const known = identitiesFor(spf, dkim);
    const evaluate = (domain: string) => evaluateDmarc({ domain, ...known, dns, signal });
    const [domain, ...others] = domains;
    if (domain === undefined) return isUnclear ? { kind: 'several', fields, results: [] } : { kind: 'not-asked' };
    if (others.length === 0 && fields === 1 && !isUnclear) {
      const result = await evaluate(domain);
      const isOpen = result.result === 'pass' && proofOf(result, spf, dkim) === undefined;
      return { kind: 'one', result, ...(isOpen ? { isOpen } : {}) };
    }
    const results = await Promise.all(domains.slice(0, authorsAtMost).map(evaluate));
    return { kind: 'several', fields, results };
  },
  record: value => {
    switch (value.kind) {
      case 'one':
        return shown(value.result);
      case 'several':
        return { result: 'none', fields: value.fields, authors: value.results.map(shown) };
      case 'not-asked':
        return undefined;
    }
  },
  results: (value): readonly AuthResult[] => {
    switch (value.kind) {
      case 'one':
        return [asAuthResult(value.result, value.isOpen)];
      case 'several':
        return [{ method: 'dmarc', result: 'none', reason: 'no single author domain', properties: [] }];
      case 'not-asked':
        return [];
    }
  },
});

function shown({ result, domain, policy, spf, dkim, reason }: DmarcResult) {
  return {
    result,
    domain: domain.slice(0, 100),
    ...(policy ? { policyDomain: policy.domain.slice(0, 100), asks: policy.asks } : {}),
    ...(policy && policy.ignored.length > 0 ? { ignored: policy.ignored.slice(0, 3) } : {}),
    ...(spf === undefined ? {} : { spf: spf.slice(0, 100) }),
    ...(dkim === undefined ? {} : { dkim: dkim.slice(0, 100) }),
    ...(reason === undefined ? {} : { reason: reason.slice(0, 100) }),
  };
}

function asAuthResult({ result, domain, policy, reason }: DmarcResult, isOpen = false): AuthResult {
  return {
    method: 'dmarc',
    result,
    ...(reason === undefined ? {} : { reason }),
    properties: [
      ['header', 'from', domain],
      // RFC 9989 9.1 and RFC 8601: what is asked of whoever receives it.
      ...(policy ? [['policy', 'dmarc', policy.asks] as const] : []),
      ...(isOpen ? [noProof] : []),
    ],
  };
}
