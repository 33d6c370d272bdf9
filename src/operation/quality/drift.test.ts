// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { seededRandom } from '../../core/random.ts';
import { alarmsIn, driftTest } from './drift.ts';

const monthly = 20_000;

it('raises at most one false alarm a month, by 200 months without a change', t => {
  const usual = 0.05;
  let alarms = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const random = seededRandom(seed * 7_919);
    const test = driftTest(usual, monthly);
    for (let i = 0; i < monthly; i++) if (test.see(random.next() < usual)) alarms++;
  }
  t.diagnostic(`${alarms / 200} false alarms a month`);
  assert.ok(alarms / 200 <= 1);
});

for (const [usual, share] of [
  [0.03, 0.9],
  [0.05, 0.95],
  [0.1, 0.99],
] as const)
  it(`sees a miss rate of ${100 * usual} % doubled within 1,000 messages`, t => {
    const delays = Array.from({ length: 400 }, (_, i) => {
      const random = seededRandom((i + 1) * 104_729);
      const test = driftTest(usual, monthly);
      for (let n = 0; n < 2_000; n++) test.see(random.next() < usual);
      for (let n = 1; n <= 20_000; n++) if (test.see(random.next() < 2 * usual)) return n;
      return Infinity;
    }).sort((a, b) => a - b);
    const within = delays.filter(delay => delay <= 1_000).length / delays.length;
    t.diagnostic(`median ${delays[200]}, within 1,000: ${100 * within} %`);
    assert.ok(within >= share, `${within}`);
  });

it('says nothing where too little was missed to know what is usual', () => {
  const known = Array.from({ length: 100 }, (_, at) => ({ at, isMissed: at % 50 === 0 }));
  assert.equal(alarmsIn(known, monthly), undefined);
});

it('says when it began to be sure', () => {
  const random = seededRandom(3);
  const known = Array.from({ length: 4_000 }, (_, at) => ({
    at,
    isMissed: random.next() < (at < 2_500 ? 0.05 : 0.15),
  }));
  const alarms = alarmsIn(known, monthly);
  assert.ok(
    alarms && alarms.length > 0 && (alarms[0] ?? 0) > 2_500 && (alarms[0] ?? 0) < 3_500,
    JSON.stringify(alarms),
  );
});
