// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { balance, type Sent } from './ledger.ts';

const sent: readonly Sent[] = [
  { code: '250', token: 'a', recipients: ['bob@example.jp', 'bob@lmtp.example'] },
  { code: '451', token: 'b', recipients: ['bob@example.jp'] },
  { code: 'lost', token: 'c', recipients: ['bob@example.jp'] },
];
const weigh = (here: Record<string, number>, there: Record<string, number>) =>
  balance(
    sent,
    new Map([
      ['bob@example.jp', new Map(Object.entries(here))],
      ['bob@lmtp.example', new Map(Object.entries(there))],
    ]),
    address => address.endsWith('@lmtp.example'),
  );

describe('the balance of promises and mailboxes', () => {
  it('is even when each promised copy is there once', () => {
    const even = weigh({ a: 1 }, { a: 1 });
    assert.deepEqual([even.lost, even.doubled, even.unasked, even.repeatedCopies], [[], [], [], 0]);
    assert.deepEqual([even.accepted, even.refused, even.unanswered, even.copies], [1, 1, 1, 2]);
  });

  it('names what is lost', () => {
    assert.deepEqual(weigh({}, { a: 1 }).lost, ['a bob@example.jp']);
    assert.deepEqual(weigh({ a: 1 }, {}).lost, ['a bob@lmtp.example']);
  });

  it('names what is doubled, and counts where that is allowed', () => {
    assert.deepEqual(weigh({ a: 2 }, { a: 1 }).doubled, ['a bob@example.jp']);
    assert.deepEqual(weigh({ a: 1, c: 2 }, { a: 1 }).doubled, ['c bob@example.jp']);
    const repeated = weigh({ a: 1 }, { a: 3 });
    assert.deepEqual([repeated.doubled, repeated.repeatedCopies, repeated.repeatedTransactions], [[], 2, 2]);
  });

  it('names what came although it was refused, not what came without an answer', () => {
    assert.deepEqual(weigh({ a: 1, c: 1 }, { a: 1 }).unasked, []);
    assert.deepEqual(weigh({ a: 1, b: 1 }, { a: 1 }).unasked, ['b bob@example.jp']);
    assert.deepEqual(weigh({ a: 1 }, { a: 1, c: 1 }).unasked, ['c bob@lmtp.example']);
  });
});
