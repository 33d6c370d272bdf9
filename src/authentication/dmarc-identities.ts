// SPDX-License-Identifier: Apache-2.0
/** DMARC identities — the domains for which SPF and DKIM speak, as DMARC counts them, and those of which neither could find out. Pure. */
import { earnsCredit, mayAlign, type DkimResult } from './dkim-result.ts';
import type { DmarcResult } from './dmarc.ts';
import { passedDomain, provenDomain, type SpfResult } from './spf.ts';

export interface Identities {
  readonly spf: readonly string[];
  readonly dkim: readonly string[];
  readonly undecided: readonly string[];
}

export function identitiesFor(spf: SpfResult, dkim: readonly DkimResult[]): Identities {
  const domainsOf = (list: readonly DkimResult[]) => list.map(({ domain }) => domain).filter(Boolean);
  // RFC 9989 4.4.2: the identity is MAIL FROM's domain, and HELO's where the sender is null.
  const path = passedDomain(spf);
  return {
    spf: path === undefined ? [] : [path],
    // Those that earn something first: one that is aligned is enough, and the first is named.
    dkim: domainsOf([...dkim.filter(earnsCredit), ...dkim.filter(mayAlign)]),
    undecided: [
      ...(spf.result === 'temperror' && spf.domain !== '' ? [spf.domain] : []),
      ...domainsOf(dkim.filter(({ result }) => result === 'temperror')),
    ],
  };
}

/** By what a pass is proved: an SPF record that lets anyone send, and a DKIM key that is only being tried, pass and prove nothing. */
export function proofOf(result: DmarcResult, spf: SpfResult, dkim: readonly DkimResult[]): 'DKIM' | 'SPF' | undefined {
  if (result.result !== 'pass') return undefined;
  if (dkim.some(one => one.domain === result.dkim && earnsCredit(one))) return 'DKIM';
  return result.spf !== undefined && provenDomain(spf) !== undefined ? 'SPF' : undefined;
}
