// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import type { CampaignSighting } from '../facts/campaign.ts';
import campaign from './campaign.ts';

const sighting = (networks: number, providers: number, standing: CampaignSighting['standing'] = 'unproven') => ({
  traits: { signature: undefined, bands: [], links: [], subject: undefined, hello: undefined },
  standing,
  spread: { id: 'c1', since: 0, messages: networks, addresses: networks, networks, providers },
});
const asked = (...given: Parameters<typeof sighting>) =>
  desk(campaign, {}, { facts: { campaign: sighting(...given) } }).outcome({});

describe('campaign', () => {
  it('weighs mail that has come from many networks of several providers, the more the more', async () => {
    const shares: number[] = [];
    for (const networks of [5, 16, 50, 500]) {
      const outcome = await asked(networks, 3);
      ok(outcome?.status === 'done');
      shares.push(Number((outcome.findings[0]?.share ?? 0).toFixed(2)));
    }
    deepEqual(shares, [0.4, 0.7, 1, 1]);
  });

  it('finds nothing where networks or providers are few, or somebody speaks for it', async () => {
    for (const [networks, providers, standing] of [
      [4, 3, 'unproven'],
      [500, 2, 'unproven'],
      [500, 50, 'list'],
      [500, 50, 'familiar'],
      [500, 50, 'proven'],
      [500, 50, 'notice'],
      [500, 50, 'ours'],
    ] as const) {
      const outcome = await asked(networks, providers, standing);
      deepEqual(outcome?.status === 'done' && outcome.findings, [], `${networks} ${providers} ${standing}`);
    }
  });

  it('says since when and over how many', async () => {
    for (const language of ['en', 'ja'] as const) {
      const [said = ''] = await desk(campaign, {}, { facts: { campaign: sighting(12, 4) }, language }).ask({});
      match(said, /1970-01-01 00:00 UTC.*12.*12.*4.*c1/);
      equal(said.includes('{'), false);
    }
  });
});
