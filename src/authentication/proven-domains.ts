// SPDX-License-Identifier: Apache-2.0
/** Proven domains — whom SPF or DKIM prove, from facts as they were measured; a domain where everybody can have a mailbox is nobody's. */
import { earnsCredit, type DkimResult } from './dkim-result.ts';
import { provenDomain, type SpfResult } from './spf.ts';

const domainsAtMost = 4;

/** `fact` gives what was measured, whatever it is; undefined where it was not. Most telling first, each once. */
export function provenDomains(fact: (name: 'spf' | 'dkim') => unknown, freeMail: readonly string[]): readonly string[] {
  const [spf, dkim] = [fact('spf'), fact('dkim')];
  const signers = isDkim(dkim) ? dkim.filter(earnsCredit).map(({ domain }) => domain) : [];
  const path = isSpf(spf) ? provenDomain(spf) : undefined;
  const all = [...signers, ...(path === undefined ? [] : [path])].map(domain => domain.toLowerCase());
  return [...new Set(all)].filter(domain => !freeMail.includes(domain)).slice(0, domainsAtMost);
}

function isSpf(value: unknown): value is SpfResult {
  return typeof value === 'object' && value !== null && 'result' in value && 'domain' in value && 'identity' in value;
}

function isDkim(value: unknown): value is readonly DkimResult[] {
  return Array.isArray(value) && value.every(one => typeof one === 'object' && one !== null && 'result' in one);
}
