// SPDX-License-Identifier: Apache-2.0
/** Sender DNS list — what lists in DNS of domains say of the domain in MAIL FROM; which lists, and what their answers weigh, stands in `dnsLists`. */
import { z } from 'zod';
import { defineCatalogueCheck } from '../../check/check.ts';
import { findingsOf, isAsked, symbolsOfLists } from '../../check/dns-list-findings.ts';
import { isInside } from '../../core/ip.ts';

export default defineCatalogueCheck({
  name: 'sender-dns-list',
  stage: 'sender',
  summary: {
    en: 'Asks lists in DNS about the domain of the sender.',
    ja: '送信者のドメインを DNS のリストに問い合わせる。',
  },
  needs: ['dnsLists', 'familiarNetworks'],
  config: z.strictObject({}),
  isIdle: (_, { dnsLists }) => !isAsked(dnsLists, 'sender'),
  catalogue: (_, services) => symbolsOfLists(services?.dnsLists?.specs ?? [], 'sender'),
  run({ client, sender, dnsLists, familiarNetworks, found }) {
    const domain = sender.address?.domain;
    if (
      client.isOurs ||
      isInside(client.ip) ||
      familiarNetworks.knows(client.ip) ||
      domain === undefined ||
      domain === ''
    )
      return [];
    const outcomes = dnsLists.ask('sender', [domain]);
    return outcomes instanceof Promise
      ? outcomes.then(come => findingsOf(come, 'sender', found))
      : findingsOf(outcomes, 'sender', found);
  },
});
