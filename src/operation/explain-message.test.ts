// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AttemptRecord, RecordEvent } from '../store/records/contract.ts';
import { onlyMessage } from './explain-message.ts';

const events: readonly RecordEvent[] = [
  { at: 1, kind: 'connect' },
  { at: 1, kind: 'hello' },
  { at: 2, kind: 'sender', transaction: 1 },
  { at: 3, kind: 'accepted', transaction: 1, queueId: 'q1' },
  { at: 4, kind: 'sender', transaction: 2 },
  { at: 5, kind: 'accepted', transaction: 2, queueId: 'q2' },
  { at: 6, kind: 'close', transaction: 2 },
  { at: 7, kind: 'delivered', queueId: 'q1' },
  { at: 8, kind: 'delivered', queueId: 'q2' },
  { at: 9, kind: 'delivered', queueId: 'released' },
  { at: 9, kind: 'learned' },
];
const record: AttemptRecord = { id: 'a', startedAt: 1, keys: {}, events };
const told = (id: string): readonly number[] => onlyMessage(record, id).events.map(event => event.at);

describe('what concerns one message', () => {
  it('is the connection, its own transaction, and what became of it', () => {
    assert.deepEqual(told('q1'), [1, 1, 2, 3, 6, 7, 9, 9]);
    assert.deepEqual(told('q2'), [1, 1, 4, 5, 6, 8, 9, 9]);
  });

  it('is everything where the id is that of the attempt, or of a message it did not bring', () => {
    assert.equal(onlyMessage(record, 'a'), record);
    assert.equal(onlyMessage(record, 'released'), record);
  });
});
