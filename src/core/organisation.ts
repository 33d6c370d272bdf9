// SPDX-License-Identifier: Apache-2.0
/** Organisation — the registrable domain of a name (Public Suffix List): `mail.example.co.jp` belongs to `example.co.jp`. It decides no DMARC. */
import { getDomain } from 'tldts';

/** The name itself where the list knows nothing of it. Sites of strangers under one roof (`a.blogspot.com`) count as apart. */
export function organisationOf(name: string): string {
  return getDomain(name, { allowPrivateDomains: true, validateHostname: false }) ?? name;
}

/** Whether two domains belong to the same hands. */
export function isSameOrganisation(a: string, b: string): boolean {
  return a === b || organisationOf(a) === organisationOf(b);
}
