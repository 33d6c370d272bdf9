// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { editedScores, type ScoreEdit } from './score-edits.ts';

const after = (...edits: readonly ScoreEdit[]) =>
  editedScores(edits.map((edit, i) => ({ number: i + 1, at: i, by: 'alice@example.org', edit })));
const score = (symbol: string, value: number | null): ScoreEdit => ({ kind: 'score', symbol, score: value });
const composite = (symbol: string, expression: string): ScoreEdit => {
  return { kind: 'composite', symbol, expression, score: 1, says: { en: 'x', ja: 'x' } };
};

describe('score edits', () => {
  it('come to the last word on each symbol', () => {
    const { scores, number } = after(score('A', 1), score('B', 2), score('A', 3), score('B', null));
    assert.deepEqual([[...scores], number], [[['A', 3]], 4]);
  });

  it('bring back what was before when they are undone, and come again when that is undone', () => {
    const edits = [score('A', 1), score('A', 3), { kind: 'undo', number: 2 }] as const;
    assert.equal(after(...edits).scores.get('A'), 1);
    assert.equal(after(...edits, { kind: 'undo', number: 3 }).scores.get('A'), 3);
    assert.equal(after(...edits, { kind: 'undo', number: 1 }).scores.has('A'), false);
  });

  it('keep composites in the order in which they were made, and the newest text of each', () => {
    const { composites } = after(composite('A', 'X'), composite('B', 'A'), composite('A', 'Y'));
    assert.deepEqual(
      composites.map(({ symbol, expression }) => [symbol, expression]),
      [
        ['A', 'Y'],
        ['B', 'A'],
      ],
    );
    assert.deepEqual(after(composite('A', 'X'), { kind: 'no-composite', symbol: 'A' }).composites, []);
  });
});
