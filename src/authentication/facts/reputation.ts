// SPDX-License-Identifier: Apache-2.0
/** Reputation — what people have said of the mail of those whom this message proves; see authentication/reputation.ts. */
import { defineFact, type Measured } from '../../check/fact.ts';
import { earnsCredit } from '../dkim-result.ts';
import { identitiesOf, type KnownReputation } from '../reputation.ts';
import { provenDomain } from '../spf.ts';

declare module '../../check/fact.ts' {
  interface Facts {
    /** Of those of whom people spoke, the one that answers most for the message first. */
    readonly reputation: Measured<'message', readonly KnownReputation[]>;
  }
}

export default defineFact({
  name: 'reputation',
  scope: 'message',
  summary: {
    en: 'What people here have said of earlier mail of the proven domain or mailbox, or of the network where nothing is proven.',
    ja: '証明されたドメインやメールボックス（証明がなければネットワーク）のこれまでのメールを、利用者がどう判定してきたか。',
  },
  needs: ['mime', 'spf', 'dkim', 'reputations', 'networks'],
  deadlineMs: 1_000,
  read({ client, mime, spf, dkim, reputations, networks }) {
    if (client.isOurs) return [];
    const identities = identitiesOf(
      {
        signers: dkim.filter(earnsCredit).map(({ domain }) => domain),
        path: provenDomain(spf),
        from: mime.headers.all('from').map(({ raw }) => raw),
        ip: client.ip,
      },
      reputations.freeMail,
      ip => networks.of(ip).asn,
    );
    return identities.map(one => reputations.of(one)).filter(({ wanted, unwanted }) => wanted + unwanted > 0);
  },
  record: value =>
    value.slice(0, 3).map(({ identity, wanted, unwanted }) => ({
      identity: identity.slice(0, 200),
      wanted: Math.round(wanted * 10) / 10,
      unwanted: Math.round(unwanted * 10) / 10,
    })),
});
