// SPDX-License-Identifier: Apache-2.0
/**
 * Quality figures — the live quality as metrics: both rates with the ends of their intervals, of all mail, of the ten domains and the ten symbols with most of
 * it; what nobody can know; and whether misses have doubled. Rates that nobody knows are absent.
 */
import type { Figures } from '../metrics.ts';
import type { Rate } from './estimate.ts';
import type { Group, Quality } from './survey.ts';

type Shown = Pick<Quality, 'all' | 'domains' | 'symbols' | 'refused' | 'spared' | 'reported' | 'alarms'>;

const groupsAtMost = 10;

export function qualityFigures({
  all,
  domains,
  symbols,
  refused,
  spared,
  reported,
  alarms,
}: Shown): readonly Figures[] {
  const groups = [
    { of: 'all', group: all },
    ...domains.slice(0, groupsAtMost).map(group => ({ of: 'domain', group })),
    ...symbols.slice(0, groupsAtMost).map(group => ({ of: 'symbol', group })),
  ];
  const ratios = (rateOf: (group: Group) => Rate | undefined): Figures['values'] =>
    groups.flatMap(({ of, group }) => {
      const rate = rateOf(group);
      return (['value', 'low', 'high'] as const).flatMap(bound =>
        rate ? [{ labels: { of, name: group.name, bound }, value: rate[bound] / 100 }] : [],
      );
    });
  const by = (label: string, counts: Readonly<Record<string, number>>): Figures['values'] =>
    Object.entries(counts).map(([of, value]) => ({ labels: { [label]: of }, value }));
  return [
    gauge(
      'sekisho_missed_ratio',
      'Of spam, the share that is not marked, by audits of 30 days.',
      ratios(one => one.miss),
    ),
    gauge(
      'sekisho_false_alarm_ratio',
      'Of wanted mail, the share that is marked, by audits of 30 days.',
      ratios(one => one.falseAlarm),
    ),
    gauge(
      'sekisho_audits',
      'Messages of 30 days that somebody is asked about, and those answered.',
      by('what', { asked: all.asked, answered: all.answered }),
    ),
    gauge(
      'sekisho_refused_unobserved',
      'What was refused in 30 days, of which nobody knows what it was.',
      by('when', { before_data: refused.beforeData, after_data: refused.afterData }),
    ),
    gauge(
      'sekisho_refused_wanted_ratio',
      'Of what was refused before its text for what spoke against its sender, the share that was wanted, by those let through to quarantine.',
      spared.share ? by('bound', mapShare(spared.share)) : [],
    ),
    gauge(
      'sekisho_reported_errors',
      'Errors of 30 days that people reported without being asked: at least so many there were.',
      by('what', { missed: reported.missed, false_alarm: reported.falseAlarms }),
    ),
    // Unknown is neither 0 nor 1.
    gauge(
      'sekisho_misses_doubled',
      'Whether misses have become about twice as frequent: an alarm.',
      alarms === undefined ? [] : [{ labels: {}, value: alarms.length > 0 ? 1 : 0 }],
    ),
  ];
}

function mapShare({ value, low, high }: Rate): Readonly<Record<string, number>> {
  return { value: value / 100, low: low / 100, high: high / 100 };
}

function gauge(name: string, help: string, values: Figures['values']): Figures {
  return { name, help, type: 'gauge', aggregator: 'sum', values };
}
