// SPDX-License-Identifier: Apache-2.0
/** Explain message — of an attempt that brought several messages, what concerns one of them: named by its queue id, which its Received field has. */
import type { AttemptRecord, RecordEvent } from '../store/records/contract.ts';

/** What concerns the connection, whichever transaction it happened in. */
const ofConnection = new Set(['connect', 'connect-checks', 'hello', 'tls', 'noticed', 'close']);

/** The record with the events of other messages left out; the same one where that id is none of its messages', or there is but one. */
export function onlyMessage(record: AttemptRecord, queueId: string): AttemptRecord {
  const accepted = record.events.filter(event => event.kind === 'accepted');
  const ours = accepted.find(event => event['queueId'] === queueId);
  if (!ours || accepted.length < 2) return record;
  const others = new Set(accepted.flatMap(event => (event === ours ? [] : [event['queueId']])));
  const concerns = (event: RecordEvent): boolean =>
    ofConnection.has(event.kind) ||
    (event.transaction === undefined ? !others.has(event['queueId']) : event.transaction === ours.transaction);
  return { ...record, events: record.events.filter(concerns) };
}
