// SPDX-License-Identifier: Apache-2.0
/** Aligned — whether SPF or DKIM speaks for the author's own domain, and not just for anybody's (relaxed, RFC 7489 3.1). */
import type { FactValue } from '../check/fact.ts';
import { isSameOrganisation } from '../core/organisation.ts';

export type Alignment =
  | { readonly kind: 'proved'; readonly by: 'SPF' | 'DKIM' }
  | { readonly kind: 'unproved' }
  /** Name servers did not answer, or the signature leaves a part of the body open: it may be true or not. */
  | { readonly kind: 'unknown' };

export function alignmentOf(domain: string, spf: FactValue<'spf'>, dkim: FactValue<'dkim'>): Alignment {
  const isByPath = spf.result === 'pass' && spf.identity === 'mailfrom' && isSameOrganisation(spf.domain, domain);
  // A record that lets anyone send lets forgers, too.
  if (isByPath && !spf.passesAnyone) return { kind: 'proved', by: 'SPF' };
  const signatures = dkim.filter(signature => isSameOrganisation(signature.domain, domain));
  const passed = signatures.filter(({ result, isTest }) => result === 'pass' && !isTest);
  // Below a body signed in part (l=) anyone may put what he likes, and send the whole on as its author's.
  if (passed.some(({ unsignedBytes = 0 }) => unsignedBytes === 0)) return { kind: 'proved', by: 'DKIM' };
  const isOpen =
    passed.length > 0 ||
    isByPath ||
    spf.result === 'temperror' ||
    signatures.some(({ result }) => result === 'temperror');
  return { kind: isOpen ? 'unknown' : 'unproved' };
}
