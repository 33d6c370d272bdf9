// SPDX-License-Identifier: Apache-2.0
import { equal, match } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Metrics, metricsText } from './metrics.ts';

function counted(): Metrics {
  const metrics = new Metrics(() => ({ messages: 2, bytes: 300, oldestAgeSeconds: 4.5 }));
  metrics.onAttempt('open');
  metrics.onAttempt('open');
  metrics.onAttempt('close');
  for (const score of [-9, -5, -4.9, 5, 5.1, 99]) metrics.onVerdict(score >= 5 ? 'mark' : 'accept', score);
  metrics.onDelivery('delivered');
  return metrics;
}

describe('metrics', () => {
  it('are in the text format, summed over processes', async () => {
    const text = await metricsText([counted().values(), counted().values()]);
    for (const line of [
      'sekisho_connections_open 2',
      'sekisho_attempts_total 4',
      'sekisho_verdicts_total{action="mark"} 6',
      'sekisho_deliveries_total{outcome="delivered"} 2',
      'sekisho_queue{what="oldest_age_seconds"} 9',
    ])
      match(text, new RegExp(`^${line.replace(/[{}]/g, '\\$&')}$`, 'm'));
  });

  it('count a score in the bucket whose bound it does not exceed, and in all above', async () => {
    const text = await metricsText([counted().values()]);
    const below = (bound: string) =>
      Number(new RegExp(`sekisho_score_bucket\\{le="${bound}"\\} (\\d+)`).exec(text)?.[1]);
    equal(below('-5'), 2);
    equal(below('-2'), 3);
    equal(below('5'), 4);
    equal(below('7'), 5);
    equal(below('20'), 5);
    equal(below('\\+Inf'), 6);
    match(text, /^sekisho_score_count 6$/m);
  });

  it('leave out what the machine lends, where nobody says it', () => {
    equal(
      counted()
        .values()
        .some(({ name }) => name.startsWith('process_')),
      false,
    );
  });
});
