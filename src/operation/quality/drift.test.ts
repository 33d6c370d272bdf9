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
    isMissed: random.next() < (at < 3_250 ? 0.05 : 0.15),
  }));
  const alarms = alarmsIn(known, monthly);
  assert.ok(
    alarms && alarms.length > 0 && (alarms[0] ?? 0) > 3_250 && (alarms[0] ?? 0) < 3_750,
    JSON.stringify(alarms),
  );
});

/** Spam as it comes to be known, of which a share is missed that becomes twice as large at `doublesAt`. */
function spam(seed: number, count: number, usual: number, doublesAt = Infinity) {
  const random = seededRandom(seed * 7_919 + 11);
  for (let i = 0; i < 5; i++) random.next();
  return Array.from({ length: count }, (_, at) => ({
    at,
    isMissed: random.next() < (at < doublesAt ? usual : 2 * usual),
  }));
}

for (const [perMonth, usual] of [
  [1_000, 0.1],
  [3_000, 0.03],
  [3_000, 0.05],
  [10_000, 0.05],
] as const)
  it(`raises at most one false alarm a month where ${perMonth} messages are looked at anew every few hours, ${100 * usual} % of them missed`, t => {
    const [months, looks] = [perMonth > 5_000 ? 50 : 200, 120];
    let raised = 0;
    for (let seed = 1; seed <= months; seed++) {
      const known = spam(seed, 2 * perMonth, usual);
      let wasRaised = false;
      for (let look = 0; look <= looks; look++) {
        const until = perMonth + Math.floor((perMonth * look) / looks);
        const isRaised = (alarmsIn(known.slice(until - perMonth, until), perMonth)?.length ?? 0) > 0;
        if (isRaised && !wasRaised) raised++;
        wasRaised = isRaised;
      }
    }
    t.diagnostic(`${raised / months} false alarms a month`);
    assert.ok(raised / months <= 0.5, `${raised / months}`);
  });

for (const [perMonth, usual, share] of [
  [3_000, 0.03, 0.9],
  [3_000, 0.05, 0.95],
  [10_000, 0.05, 0.93],
  [10_000, 0.1, 0.99],
] as const)
  it(`sees ${100 * usual} % doubled within 1,000 of ${perMonth} messages a month, not knowing what was usual but from them`, t => {
    const delays = Array.from({ length: 100 }, (_, i) => {
      const known = spam(1_000 + i, perMonth + 1_000, usual, perMonth);
      for (let passed = 20; passed <= 1_000; passed += 20) {
        const alarms = alarmsIn(known.slice(passed, perMonth + passed), perMonth);
        if (alarms?.some(at => at >= perMonth)) return passed;
      }
      return Infinity;
    }).sort((a, b) => a - b);
    const within = delays.filter(delay => delay <= 1_000).length / delays.length;
    t.diagnostic(`median ${delays[50]}, within 1,000: ${100 * within} %`);
    assert.ok(within >= share, `${within}`);
  });
