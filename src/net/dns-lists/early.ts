// SPDX-License-Identifier: Apache-2.0
/**
 * Early — waits for the answers of several lists until it is clear what they come to: from `decideAt` points on, whatever the silent ones may still
 * say for the client; or good, whatever they may still say against it.
 */
import type { DnsListSpec, ListOutcome } from '../../core/dns-lists.ts';

/** At once where none has to be waited for. `outcomes` are those of `lists`, in the same order. */
export function awaitOutcomes(
  lists: readonly DnsListSpec[],
  outcomes: readonly (ListOutcome | Promise<ListOutcome>)[],
  decideAt: number,
): readonly ListOutcome[] | Promise<readonly ListOutcome[]> {
  const come: (ListOutcome | undefined)[] = outcomes.map(one => (one instanceof Promise ? undefined : one));
  const isDone = (): boolean => !come.includes(undefined) || isClear(lists, come, decideAt);
  const told = (): readonly ListOutcome[] =>
    lists.map((list, at): ListOutcome => come[at] ?? { list, kind: 'not-awaited' });
  if (isDone()) return told();
  return new Promise(resolve => {
    for (const [at, outcome] of outcomes.entries()) {
      if (!(outcome instanceof Promise)) continue;
      void outcome.then(one => {
        come[at] = one;
        if (isDone()) resolve(told());
      });
    }
  });
}

function isClear(lists: readonly DnsListSpec[], come: readonly (ListOutcome | undefined)[], decideAt: number): boolean {
  let sum = 0;
  let leastMore = 0;
  let mostMore = 0;
  for (const [at, list] of lists.entries()) {
    const outcome = come[at];
    if (list.mode !== 'enforce') continue;
    if (outcome?.kind === 'listed') sum += outcome.points;
    else if (outcome === undefined) {
      leastMore += leastOf(list);
      mostMore += mostOf(list);
    }
  }
  return sum + leastMore >= decideAt || (sum < 0 && sum + mostMore < 0);
}

/** The most that a list can say for somebody, as points of 0 or below, and the most it can say against. */
export function leastOf({ codes, points }: DnsListSpec): number {
  return [...Object.values(codes), points].reduce((sum, one) => sum + Math.min(0, one), 0);
}

export function mostOf({ codes, points }: DnsListSpec): number {
  return [...Object.values(codes), points].reduce((sum, one) => sum + Math.max(0, one), 0);
}
