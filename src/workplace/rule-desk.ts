// SPDX-License-Identifier: Apache-2.0
/**
 * Rule desk — what was found in the mail of here: by the records, also what was only observed, and by the labels of the learning log. A message that is in both
 * is counted in each: records know traffic, labels know what is spam.
 */
import type { Judges, RuleShelf } from '../app.ts';
import type { Config } from '../config.ts';
import { judgedLimitBytes } from '../core/message.ts';
import type { Filter } from '../learning/filter.ts';
import type { RuleDesk } from '../operation/scores/ports.ts';
import type { FoundTogether } from '../operation/scores/statistics.ts';
import type { RecordEvent, RecordStore } from '../store/records/contract.ts';
import { parseMessage } from '../wire/mime/parse.ts';
import { asArrived } from './judge-file.ts';

export interface RuleDeskParts {
  readonly config: Config;
  readonly judges: Judges;
  readonly shelf: RuleShelf;
  readonly records: Pick<RecordStore, 'search'>;
  readonly filter: Pick<Filter, 'log'>;
}

export function ruleDesk({ config, judges, shelf, records, filter }: RuleDeskParts): RuleDesk {
  return {
    isRule: symbol => judges.assembly.symbols.get(symbol)?.check === 'rules',
    async found(last) {
      const attempts = await records.search({ limit: last });
      const judged = attempts.flatMap(({ events }) => events.filter(({ kind }) => kind === 'verdict').slice(0, 1));
      const labels = await filter.log.readFindings(last);
      return [
        ...judged.map((event): FoundTogether => ({ symbols: symbolsIn(event) })),
        ...labels.map(({ label, findings = [] }) => ({ label, symbols: findings.map(({ symbol }) => symbol) })),
      ];
    },
    async stopwatch() {
      const watch = await shelf.stopwatch(config.checks['rules']);
      return {
        see: bytes => watch.see(parseMessage(asArrived(bytes).subarray(0, judgedLimitBytes))),
        micros: () => watch.micros(),
      };
    },
  };
}

function symbolsIn(event: RecordEvent): readonly string[] {
  return [event['reasons'], event['observed']].flatMap(all =>
    Array.isArray(all)
      ? all.flatMap((reason: unknown) => (Array.isArray(reason) && typeof reason[0] === 'string' ? reason[0] : []))
      : [],
  );
}
