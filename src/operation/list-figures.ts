// SPDX-License-Identifier: Apache-2.0
/** List figures — how lists in DNS are doing, as metrics: what is asked of them, and which are switched off (an alarm worth a page). */
import type { ListStatus } from '../core/dns-lists.ts';
import type { Figures } from './metrics.ts';

export function listFigures(statuses: readonly ListStatus[]): readonly Figures[] {
  if (statuses.length === 0) return [];
  const labels = ({ name: list, form }: ListStatus) => ({ list, form });
  return [
    {
      name: 'sekisho_dns_list_off',
      help: 'Whether a DNS list is switched off, in any process, because it failed its test: 1 or 0.',
      type: 'gauge',
      aggregator: 'max',
      values: statuses.map(one => ({ labels: labels(one), value: one.state === 'off' ? 1 : 0 })),
    },
    {
      name: 'sekisho_dns_list_answers_total',
      help: 'Answers of DNS lists by kind.',
      type: 'counter',
      aggregator: 'sum',
      values: statuses.flatMap(one => [
        { labels: { ...labels(one), answer: 'listed' }, value: one.listed },
        { labels: { ...labels(one), answer: 'silent' }, value: one.silent },
        { labels: { ...labels(one), answer: 'not-listed' }, value: one.asked - one.listed - one.silent },
      ]),
    },
  ];
}
