// SPDX-License-Identifier: Apache-2.0
/**
 * Backscatter — counts the bounces that answer nothing of ours, address by address, and raises the alarm when they pour in. After the judgement,
 * so that nobody waits for it.
 */
import type { Services } from '../check/services.ts';
import { formatAddress } from '../core/address.ts';
import { describeFault } from '../core/faults.ts';
import type { Log } from '../core/log.ts';
import { countBounce } from '../envelope/backscatter/attacks.ts';
import { isUnexplainedBounce } from '../envelope/backscatter/unexplained.ts';
import { utc } from '../operation/utc.ts';
import type { WayParts } from '../way.ts';

export function watchBackscatter(
  services: Pick<Services, 'state' | 'clock'>,
  log: Log,
  metrics: { onUnexplainedBounce(isNewAttack: boolean): void },
): NonNullable<WayParts['onJudged']> {
  return (arrival, measurements) => {
    const returned = measurements.settledValue('returnedMessage');
    for (const { address, measurements: toOne } of arrival.recipients) {
      if (!isUnexplainedBounce(returned, name => toOne.settledValue(name))) continue;
      const recipient = formatAddress(address);
      void countBounce(recipient, services)
        .then(counted => {
          metrics.onUnexplainedBounce(counted?.isNew ?? false);
          if (!counted) return;
          const { attack, isNew } = counted;
          if (isNew)
            log.warn('bounces of forged mail pour in for one address', {
              id: arrival.attemptId,
              domain: address.domain,
            });
          arrival.note('bounce-attack', { recipient, bounces: attack.bounces, since: utc(attack.since) });
        })
        .catch((error: unknown) => log.warn('bounce not counted', { reason: describeFault(error) }));
    }
  };
}
