// SPDX-License-Identifier: Apache-2.0
/** Domain age — how long this server has known the domains that were proven; see authentication/domain-age.ts. */
import { defineFact, type Measured } from '../../check/fact.ts';
import { premises } from '../../core/ip.ts';
import { organisationOf } from '../../core/organisation.ts';
import { earnsCredit } from '../dkim-result.ts';
import { authorDomainOf } from '../dmarc-author.ts';
import { ageOf, knowsAges, type DomainAge } from '../domain-age.ts';
import { provenDomain } from '../spf.ts';

/** `nothing`: no domain was proven, or this server is too young to know. */
export type DomainAges =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'known';
      readonly spf: DomainAge | undefined;
      readonly dkim: readonly DomainAge[];
      readonly author: DomainAge | undefined;
    };

declare module '../../check/fact.ts' {
  interface Facts {
    readonly domainAge: Measured<'message', DomainAges>;
  }
}

/** A message may be signed by many; so many are remembered. */
const signersAtMost = 3;

export default defineFact({
  name: 'domainAge',
  scope: 'message',
  summary: {
    en: 'How long this server has known the proven domains, their SPF records and their name servers.',
    ja: '証明されたドメインと、その SPF レコードおよびネームサーバを、このサーバがいつから知っているか。',
  },
  needs: ['mime', 'spf', 'dkim', 'state', 'dns', 'clock', 'domainAgeOptions', 'registrations'],
  deadlineMs: 9_000,
  async read(
    { client, mime, spf, dkim, state, dns, clock, domainAgeOptions: options, registrations },
    signal,
  ): Promise<DomainAges> {
    if (client.isOurs) return { kind: 'nothing' };
    const path = provenDomain(spf);
    const byPath = path === undefined ? undefined : organisationOf(path);
    const bySignature = [...new Set(dkim.filter(earnsCredit).map(({ domain }) => organisationOf(domain)))];
    const domains = new Set([byPath, ...bySignature.slice(0, signersAtMost)]);
    // What DMARC comes to is not waited for: one of these proves the author or nobody does.
    const authored = authorDomainOf(mime.headers.all('from').map(({ raw }) => raw));
    const author = authored === undefined ? undefined : organisationOf(authored);
    const asker = premises(client.ip);
    const isOldEnough = await knowsAges({ state, clock });
    const ages = await Promise.all(
      [...domains].flatMap(domain =>
        domain ? [ageOf(domain, { state, dns, clock, options, registrations, asker }, signal)] : [],
      ),
    );
    // In the first days what was seen is noted all the same.
    if (!isOldEnough || ages.length === 0) return { kind: 'nothing' };
    const find = (wanted: string | undefined) => ages.find(({ domain }) => domain === wanted);
    return {
      kind: 'known',
      spf: find(byPath),
      dkim: bySignature.flatMap(one => find(one) ?? []),
      author: find(author),
    };
  },
  record: value => (value.kind === 'nothing' ? undefined : value),
});
