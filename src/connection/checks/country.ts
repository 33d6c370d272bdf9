// SPDX-License-Identifier: Apache-2.0
/**
 * Country — mail from countries and networks from which the operator expects little is kept waiting, deferred or weighed as he says. By default from none:
 * where somebody lives is no evidence of what he sends.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { penalised, penaltyWords } from '../penalty.ts';
import { isUnfamiliar } from '../stranger.ts';

const mostPoints = 5;
const penalties = z.enum(penaltyWords);
const points = z.number().min(0).max(mostPoints);
const countryCode = z.string().regex(/^[A-Z]{2}$/, 'expected two capitals such as JP');
const asnKey = z.string().regex(/^AS[1-9]\d{0,9}$/, 'expected the number of a network such as AS64500');

export default defineCheck({
  name: 'country',
  stage: 'connect',
  summary: {
    en: 'Looks from which country and network the client comes; what that means is for the operator to say.',
    ja: '接続元の国とネットワークを調べる。扱いは運用者が決める。',
  },
  needs: ['network', 'familiarNetworks'],
  config: z.strictObject({
    countries: z.record(countryCode, penalties).default({}).meta({
      description: 'What each country leads to: none, score, delay, defer or reject. Those not named lead to nothing.',
    }),
    networks: z.record(asnKey, penalties).default({}).meta({
      description: 'The same of networks, as AS64500; it goes before the country.',
    }),
    points: z
      .record(z.union([countryCode, asnKey]), points)
      .default({})
      .meta({
        description: 'Points of a country or network; 1 where it is named and has none here.',
      }),
  }),
  symbols: {
    COUNTRY_SUSPECT: {
      weight: mostPoints,
      advice: 'delay',
      says: {
        en: 'The client is in {place}, from where little mail is expected here.',
        ja: '接続元は {place} にある。ここでは、そこからのメールをあまり想定していない。',
      },
    },
  },
  run({ client, network, familiarNetworks, config, found }) {
    if (!isUnfamiliar(client, familiarNetworks)) return [];
    const { asn, country } = network;
    const keys = [...(asn === undefined ? [] : [`AS${asn}`]), ...(country === undefined ? [] : [country])];
    const key = keys.find(one => one in config.networks || one in config.countries);
    const wanted = key === undefined ? undefined : (config.networks[key] ?? config.countries[key]);
    if (key === undefined || wanted === undefined) return [];
    const organisation = key.startsWith('AS') && network.organisation !== undefined ? ` (${network.organisation})` : '';
    return penalised(
      wanted,
      found.COUNTRY_SUSPECT({ place: `${key}${organisation}` }, (config.points[key] ?? 1) / mostPoints),
    );
  },
});
