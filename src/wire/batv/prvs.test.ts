// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { dayAhead, daysLeft, isPrvs, readPrvs, writePrvs } from './prvs.ts';

const day = 86_400_000;

describe('prvs', () => {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 0, max: 999 }),
        fc.stringMatching(/^[0-9a-f]{6}$/),
        fc.stringMatching(/^[a-zA-Z0-9.=+_-]{1,40}$/),
        (key, lastDay, tag, local) => {
          const prvs = { key, lastDay, tag, local };
          assert.deepEqual(readPrvs(writePrvs(prvs)), prvs);
        },
      ),
    );
  });

  it('reads signs in any case, and the older order', () => {
    const prvs = { key: 3, lastDay: 7, tag: 'abcdef', local: 'Alice' };
    assert.deepEqual(readPrvs('PRVS=3007ABCDEF=Alice'), prvs);
    assert.deepEqual(readPrvs('prvs=Alice=3007abcdef'), prvs);
  });

  it('reads nothing into other addresses, and never throws', () => {
    for (const local of ['alice', 'prvs', 'prvs=', 'prvs=3007abcdef=', 'prvs=3007abcde=alice', 'prvs=3007abcdeg=alice'])
      assert.equal(readPrvs(local), undefined, local);
    assert.equal(isPrvs('prvs=x'), true);
    assert.equal(isPrvs('prvsx'), false);
    fc.assert(fc.property(fc.string(), text => void [readPrvs(text), readPrvs(`prvs=${text}`)]));
  });

  it('counts the days that are left, over the end of the cycle too', () => {
    for (const start of [Date.UTC(2026, 0, 1), 20_999 * day, 21_000 * day]) {
      const last = dayAhead(start, 7);
      for (const passed of [0, 1, 6, 7, 8, 100]) assert.equal(daysLeft(last, start + passed * day), 7 - passed);
    }
  });
});
