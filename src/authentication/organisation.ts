// SPDX-License-Identifier: Apache-2.0
/** Organisation — the registrable domain of a name (Public Suffix List), under which is remembered what a domain did. It decides no DMARC. */
import { getDomain } from 'tldts';
import { authorDomainsOf } from './dmarc-author.ts';

/** The name itself where the list knows nothing of it. Sites of strangers under one roof (`a.blogspot.com`) are apart. */
export function organisationOf(domain: string): string {
  return getDomain(domain, { allowPrivateDomains: true, validateHostname: false }) ?? domain;
}

/** The one domain of the author; undefined where there are several, or it is unclear which. Takes the values of all From fields. */
export function authorOf(from: readonly string[]): string | undefined {
  const { domains, isUnclear } = authorDomainsOf(from);
  return from.length === 1 && domains.length === 1 && !isUnclear ? domains[0] : undefined;
}
