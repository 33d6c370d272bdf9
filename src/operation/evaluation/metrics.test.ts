// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { measure, thresholdAt, wilson, type Outcome } from './metrics.ts';

const outcome = (label: 'spam' | 'ham', score: number): Outcome => ({ label, score, isSpam: score > 0 });
const near = (actual: number, expected: number, by = 1e-6) =>
  assert.ok(Math.abs(actual - expected) < by, `${actual} ≠ ${expected}`);

it('counts what was misjudged in percent of its kind', () => {
  const { hm, sm, detection, messages, ham, spam } = measure([
    outcome('ham', -1),
    outcome('ham', -2),
    outcome('ham', 1),
    outcome('ham', -3),
    outcome('spam', 2),
    outcome('spam', -1),
  ]);
  assert.deepEqual([messages, ham, spam, hm.value, sm.value, detection.value], [6, 4, 2, 25, 50, 50]);
});

it('gives the area over the ROC curve as the share of pairs in the wrong order', () => {
  const score = fc.integer({ min: -5, max: 5 });
  fc.assert(
    fc.property(fc.array(score, { minLength: 1 }), fc.array(score, { minLength: 1 }), (ham, spam) => {
      const wrong = ham.flatMap(h => spam.map(s => (h > s ? 1 : h === s ? 0.5 : 0)));
      const expected = (100 * wrong.reduce<number>((sum, value) => sum + value, 0)) / wrong.length;
      const outcomes = [...ham.map(h => outcome('ham', h)), ...spam.map(s => outcome('spam', s))];
      const { oneMinusRoca } = measure(outcomes);
      near(oneMinusRoca.value, expected);
      assert.ok(oneMinusRoca.low <= expected + 1e-9 && oneMinusRoca.high >= expected - 1e-9);
    }),
  );
});

it('misjudges at most the share of ham it was allowed, ties included', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 300 }),
      fc.constantFrom(0, 0.001, 0.01, 0.1),
      (scores, share) => {
        const threshold = thresholdAt(
          scores.map(score => ({ score })),
          share,
        );
        assert.ok(scores.filter(score => score > threshold).length <= share * scores.length);
      },
    ),
  );
});

it('finds the spam missed when one ham in a thousand may be misjudged', () => {
  const ham = Array.from({ length: 1_000 }, (_, i) => outcome('ham', i));
  const spam = [outcome('spam', 997), outcome('spam', 998), outcome('spam', 998.5), outcome('spam', 999)];
  assert.equal(measure([...ham, ...spam]).smAtHm01.value, 50);
});

it('gives the interval of Wilson', () => {
  // Newcombe 1998, table I: 81 of 263, and 1 of 29.
  const [many, few, none] = [wilson(81, 263), wilson(1, 29), wilson(0, 20)];
  near(many.low, 25.53, 0.005);
  near(many.high, 36.62, 0.005);
  near(few.low, 0.61, 0.005);
  near(few.high, 17.18, 0.005);
  near(none.high, 16.11, 0.005);
});

it('has a logistic mean between both rates', () => {
  const outcomes = [
    ...Array.from({ length: 99 }, () => outcome('ham', -1)),
    outcome('ham', 1),
    ...Array.from({ length: 96 }, () => outcome('spam', 1)),
    ...Array.from({ length: 4 }, () => outcome('spam', -1)),
  ];
  // logit 1 % and 4 %: their mean is the logit of 2.0104 %.
  near(measure(outcomes).lam, 2.0104, 0.001);
});
