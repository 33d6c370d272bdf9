// SPDX-License-Identifier: Apache-2.0
/** Hello DNS list — what lists in DNS of domains say of the name in HELO; which lists, and what their answers weigh, stands in `dnsLists`. */
import { z } from 'zod';
import { defineCatalogueCheck } from '../../check/check.ts';
import { findingsOf, isAsked, symbolsOfLists } from '../../check/dns-list-findings.ts';
import { toALabels } from '../../core/domain.ts';
import { isInside } from '../../core/ip.ts';

export default defineCatalogueCheck({
  name: 'hello-dns-list',
  stage: 'hello',
  summary: {
    en: 'Asks lists in DNS about the name in HELO.',
    ja: 'HELO の名前を DNS のリストに問い合わせる。',
  },
  needs: ['dnsLists', 'familiarNetworks'],
  config: z.strictObject({}),
  isIdle: (_, { dnsLists }) => !isAsked(dnsLists, 'hello'),
  catalogue: (_, services) => symbolsOfLists(services?.dnsLists?.specs ?? [], 'hello'),
  run({ client, hello, dnsLists, familiarNetworks, found }) {
    const domain = toALabels(hello.name);
    if (
      client.isOurs ||
      isInside(client.ip) ||
      familiarNetworks.knows(client.ip) ||
      domain === undefined ||
      domain === ''
    )
      return [];
    const outcomes = dnsLists.ask('hello', [domain]);
    return outcomes instanceof Promise
      ? outcomes.then(come => findingsOf(come, 'hello', found))
      : findingsOf(outcomes, 'hello', found);
  },
});
