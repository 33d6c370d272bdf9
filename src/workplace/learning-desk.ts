// SPDX-License-Identifier: Apache-2.0
/** Learning desk — the log of what was learned, as commands show it and take it back. */
import { isPoisonous, poisonProbability } from '../learning/alarms.ts';
import type { Filter } from '../learning/filter.ts';
import type { LearnedShown, LearningDesk } from '../operation/ports.ts';

export function learningDesk(filter: Filter): LearningDesk {
  const learned = (): LearnedShown => {
    const { spam, ham } = filter.counts();
    return { spam, ham, digest: filter.digest() };
  };
  return {
    log: query => filter.log.list(query),
    async accounts() {
      const accounts = await filter.log.accounts();
      return accounts.map(counts => ({
        ...counts,
        poison: poisonProbability(counts),
        isAlarming: isPoisonous(counts),
      }));
    },
    async revoke(what, by) {
      await filter.refresh();
      const before = learned();
      const { entries } = await filter.revoke(what, by);
      return { entries, before, after: learned() };
    },
  };
}
