// SPDX-License-Identifier: Apache-2.0
/** Organisation — the registrable domain of a name (Public Suffix List), under which is remembered what a domain did. It decides no DMARC. */
import { getDomain } from 'tldts';

/** The name itself where the list knows nothing of it. Sites of strangers under one roof (`a.blogspot.com`) are apart. */
export function organisationOf(domain: string): string {
  return getDomain(domain, { allowPrivateDomains: true, validateHostname: false }) ?? domain;
}
