// SPDX-License-Identifier: Apache-2.0
/** Onlookers — who looks at each stranger's message after it was judged, and remembers what it was part of. */
import type { Services } from '../check/services.ts';
import type { Log } from '../core/log.ts';
import type { WayParts } from '../way.ts';
import { watchBackscatter } from './backscatter.ts';
import { watchCampaigns } from './campaigns.ts';

export function onlookers(
  services: Pick<Services, 'state' | 'networks' | 'clock'>,
  log: Log,
  metrics: Parameters<typeof watchBackscatter>[2],
): NonNullable<WayParts['onJudged']> {
  const all = [watchCampaigns(services, log), watchBackscatter(services, log, metrics)];
  return (...judged) => all.forEach(look => look(...judged));
}
