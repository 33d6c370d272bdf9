// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cap, traitIndex } from './traits.ts';
import type { Reason } from './verdict.ts';

const traits = traitIndex({ date: { symbols: ['OURS', 'RULES_THEIRS', 'RULES_MORE'], most: 2 } });
const reason = (symbol: string, points: number): Reason => ({ check: 'x', symbol, points, details: {} });
const capped = (...reasons: Reason[]): readonly Reason[] => {
  cap(reasons, traits);
  return reasons;
};
const pointsOf = (reasons: readonly Reason[]) => reasons.map(({ points }) => points);

describe('traits', () => {
  it('let a check and the rules that say the same add no more than their cap, the strongest in full', () => {
    const reasons = capped(
      reason('OURS', 0.8),
      reason('OTHER', 3),
      reason('RULES_THEIRS', 1.5),
      reason('RULES_MORE', 1),
    );
    assert.deepEqual(pointsOf(reasons), [0, 3, 1.5, 0.5]);
    assert.deepEqual(reasons[3]?.trait, { name: 'date', points: 1 });
    assert.equal(reasons[3]?.share, 0.5);
  });

  it('leave one that is alone as it is, and one that is above the cap by itself', () => {
    assert.deepEqual(pointsOf(capped(reason('OURS', 4))), [4]);
    assert.deepEqual(pointsOf(capped(reason('OURS', 4), reason('RULES_THEIRS', 1))), [4, 0]);
  });

  it('take nothing from what speaks for a message', () => {
    assert.deepEqual(pointsOf(capped(reason('OURS', -3), reason('RULES_THEIRS', 1.5))), [-3, 1.5]);
  });

  it('never give more than there was, and never less than the strongest alone', () => {
    const points = fc.integer({ min: -500, max: 500 }).map(hundredths => hundredths / 100);
    fc.assert(
      fc.property(points, points, points, (a, b, c) => {
        const before = [reason('OURS', a), reason('RULES_THEIRS', b), reason('RULES_MORE', c)];
        const after = capped(...before);
        assert.ok(
          after.every((one, i) => one.points <= Math.max(0, before[i]!.points) || one.points === before[i]!.points),
        );
        const against = (of: readonly Reason[]) =>
          of.reduce((sum, one) => sum + Math.max(0, Math.round(one.points * 100)), 0) / 100;
        const most = Math.max(2, a, b, c);
        assert.ok(against(after) <= Math.min(against(before), most) + 1e-9);
        assert.ok(against(after) >= Math.min(against(before), 2) - 1e-9);
      }),
    );
  });
});
