// SPDX-License-Identifier: Apache-2.0
/**
 * Proven DNS lists — what lists in DNS say of the domains that SPF or DKIM proved (accreditation, and reputation of domains). Of what is merely
 * claimed nobody is asked: else anyone could borrow a good name. Asked about the name and the organisation it belongs to.
 */
import { defineFact, type Measured } from '../../check/fact.ts';
import type { ListOutcome } from '../../core/dns-lists.ts';
import { organisationOf } from '../../core/organisation.ts';
import { earnsCredit } from '../dkim-result.ts';
import { provenDomain } from '../spf.ts';

declare module '../../check/fact.ts' {
  interface Facts {
    readonly provenDnsLists: Measured<'message', readonly ListOutcome[]>;
  }
}

/** Names that one message can have asked about. */
const namesAtMost = 4;

export default defineFact({
  name: 'provenDnsLists',
  scope: 'message',
  summary: {
    en: 'What lists in DNS say of the domains that were proven.',
    ja: '証明されたドメインについての DNS リストの応答。',
  },
  needs: ['spf', 'dkim', 'dnsLists'],
  deadlineMs: 9_000,
  read({ client, spf, dkim, dnsLists }) {
    if (client.isOurs) return [];
    const proven = [provenDomain(spf), ...dkim.filter(earnsCredit).map(({ domain }) => domain)];
    const names = new Set(proven.flatMap(domain => (domain === undefined ? [] : [domain, organisationOf(domain)])));
    return dnsLists.ask('proven', [...names].slice(0, namesAtMost));
  },
});
