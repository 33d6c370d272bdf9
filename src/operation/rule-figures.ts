// SPDX-License-Identifier: Apache-2.0
/** Rule figures — which rules were switched off because they took too long (an alarm worth a look), as metrics. */
import type { Figures } from './metrics.ts';

export function ruleFigures(off: readonly string[]): readonly Figures[] {
  if (off.length === 0) return [];
  return [
    {
      name: 'sekisho_rule_off',
      help: 'A rule that is off, in any process, until the next start: it took too long three times within an hour.',
      type: 'gauge',
      aggregator: 'max',
      values: off.map(rule => ({ labels: { rule }, value: 1 })),
    },
  ];
}
