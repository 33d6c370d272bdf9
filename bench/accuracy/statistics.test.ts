// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { areaDifference, areaOver, calibrationError, missedDifference, spamMissed, type Answer } from './statistics.ts';

const answers = (ham: readonly number[], spam: readonly number[]): readonly Answer[] => [
  ...ham.map(score => ({ isHam: true, score, isSpam: false })),
  ...spam.map(score => ({ isHam: false, score, isSpam: true })),
];

describe('statistics of accuracy', () => {
  it('counts how often a ham stands above a spam, ties as halves', () => {
    assert.equal(areaOver(answers([0, 1], [2, 3])), 0);
    assert.equal(areaOver(answers([2, 3], [0, 1])), 100);
    assert.equal(areaOver(answers([1], [1])), 50);
    assert.equal(areaOver(answers([0, 2], [1, 3])), 25);
  });

  it('counts a message as often as it was drawn', () => {
    assert.equal(areaOver(answers([0, 2], [1, 3]), Uint16Array.of(0, 2, 2, 0)), 100);
  });

  it('misses the spam below the threshold that loses no more ham than allowed', () => {
    assert.equal(spamMissed(answers([0, 5], [1, 6]), 0), 50);
    assert.equal(spamMissed(answers([0, 5], [1, 6]), 0.5), 0);
  });

  it('finds no difference between a filter and itself, and one between a good and a blind one', () => {
    const many = Array.from({ length: 200 }, (_, i) => i);
    const good = answers(
      many,
      many.map(i => i + 150),
    );
    const blind = answers(many, many);
    assert.deepEqual(areaDifference(good, good), { low: 0, high: 0 });
    assert.deepEqual(missedDifference(good, good, 0.01), { low: 0, high: 0 });
    assert.ok(areaDifference(good, blind).high < 0);
    assert.ok(areaDifference(blind, good).low > 0);
  });

  it('finds a probability right that is right as often as it says', () => {
    const told = (probability: number, isHam: boolean): Answer => ({
      isHam,
      score: probability,
      isSpam: false,
      probability,
    });
    const honest = Array.from({ length: 150 }, (_, i) => told(0.9, i % 10 === 0));
    const bold = Array.from({ length: 150 }, (_, i) => told(0.99, i % 2 === 0));
    assert.ok(calibrationError(honest) < 1e-9);
    assert.ok(Math.abs(calibrationError(bold) - 0.49) < 0.04);
  });
});
