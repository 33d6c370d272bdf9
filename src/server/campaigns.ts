// SPDX-License-Identifier: Apache-2.0
/** Campaigns — tells the witness of each stranger's judged message, and the record of what it says. */
import { CampaignMemory, CampaignWitness } from '../app.ts';
import type { Services } from '../check/services.ts';
import type { Log } from '../core/log.ts';
import { systemRandom } from '../core/random.ts';
import { utc } from '../operation/utc.ts';
import type { WayParts } from '../way.ts';

export function watchCampaigns(
  services: Pick<Services, 'state' | 'networks' | 'clock'>,
  log: Log,
): NonNullable<WayParts['onJudged']> {
  const { state, networks, clock } = services;
  const memory = new CampaignMemory({ state, clock, random: systemRandom });
  const witness = new CampaignWitness({ memory, networks, log });
  return (arrival, measurements) =>
    void witness.see({
      client: arrival.client,
      fact: name => measurements.settledValue(name),
      onCampaign: ({ id, since, ...spread }) =>
        arrival.note('campaign', { campaign: id, since: utc(since), ...spread }, { campaigns: [id] }),
    });
}
