// SPDX-License-Identifier: Apache-2.0
/** Counted records — the same records, of which the metrics hear what became of each delivery. */
import type { Metrics } from '../operation/metrics.ts';
import type { RecordStore } from '../store/records/contract.ts';

export function counted(records: Pick<RecordStore, 'append'>, metrics: Metrics): Pick<RecordStore, 'append'> {
  return {
    append(attemptId, events, keys) {
      for (const event of events) metrics.onDelivery(event.kind);
      records.append(attemptId, events, keys);
    },
  };
}
