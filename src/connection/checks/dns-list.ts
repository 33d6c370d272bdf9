// SPDX-License-Identifier: Apache-2.0
/**
 * DNS list — what lists in DNS say of the client's address; which lists, and what their answers weigh, stands in `dnsLists`. A list that is off or
 * silent weighs nothing and is named. One that speaks against the client makes it a suspect; no list refuses by itself.
 */
import { z } from 'zod';
import { defineCatalogueCheck } from '../../check/check.ts';
import { findingsOf, isAsked, symbolsOfLists } from '../../check/dns-list-findings.ts';
import { isUnfamiliar } from '../stranger.ts';

export default defineCatalogueCheck({
  name: 'dns-list',
  stage: 'connect',
  summary: {
    en: "Asks lists in DNS, black and white, about the client's address.",
    ja: '接続元の IP アドレスを DNS のブラックリスト・ホワイトリストに問い合わせる。',
  },
  needs: ['dnsLists', 'familiarNetworks'],
  config: z.strictObject({}),
  isIdle: (_, { dnsLists }) => !isAsked(dnsLists, 'client'),
  catalogue: (_, services) => symbolsOfLists(services?.dnsLists?.specs ?? [], 'client'),
  run({ client, dnsLists, familiarNetworks, found }) {
    if (!isUnfamiliar(client, familiarNetworks)) return [];
    const outcomes = dnsLists.ask('client', [client.ip]);
    return outcomes instanceof Promise
      ? outcomes.then(come => findingsOf(come, 'client', found))
      : findingsOf(outcomes, 'client', found);
  },
});
