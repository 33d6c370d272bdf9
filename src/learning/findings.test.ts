// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { findingsIn } from './findings.ts';

const weights: Readonly<Record<string, number>> = { SPF_FAIL: 2, DKIM_PASS: -0.5, LEARNED_SPAM: 10, NOTED: 0 };
const read = (header: string) => findingsIn(Buffer.from(`${header}\r\n\r\nText.\r\n`), symbol => weights[symbol]);

it('reads what was found when the message was judged here, as shares of the scores of now', () => {
  const header =
    'X-Spam-Status: Yes, score=5.5 required=5\r\n\ttests=[SPF_FAIL=1, DKIM_PASS=-0.5,\r\n\tLEARNED_SPAM=5, NOTED=0, GONE=3]\r\nX-Sekisho-Id: 0123\r\nSubject: x';
  assert.deepEqual(read(header), [
    { symbol: 'SPF_FAIL', share: 0.5 },
    { symbol: 'DKIM_PASS', share: 1 },
    { symbol: 'LEARNED_SPAM', share: 0.5 },
    { symbol: 'NOTED', share: 1 },
  ]);
});

it('reads nothing of mail that was judged elsewhere, and throws at no text', () => {
  assert.equal(read('X-Spam-Status: Yes, score=9 tests=[SPF_FAIL=2]'), undefined);
  assert.deepEqual(read('X-Spam-Status: tests=[=,,SPF_FAIL=x,__proto__=1]\r\nX-Sekisho-Id: 0'), []);
  assert.deepEqual(read('X-Spam-Status: tests=[SPF_FAIL=-9, DKIM_PASS=-9]\r\nX-Sekisho-Id: 0'), [
    { symbol: 'SPF_FAIL', share: 0 },
    { symbol: 'DKIM_PASS', share: 2 },
  ]);
});
