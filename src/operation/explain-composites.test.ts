// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JournalEntry, ScoreEdit } from '../core/score-edits.ts';
import { saysOfThen } from './explain-composites.ts';

const composite = (en: string): ScoreEdit => ({
  kind: 'composite',
  symbol: 'MINE',
  expression: 'A',
  score: 1,
  says: { en, ja: en },
});
const journal: readonly JournalEntry[] = [
  composite('First.'),
  composite('Second.'),
  { kind: 'no-composite', symbol: 'MINE' } as const,
].map((edit, i) => ({ number: i + 1, at: i, by: 'alice', edit }));
const now = { en: 'Of a check.', ja: '検査の文。' };

describe('what a composite says in explain', () => {
  const saysAt = (...sets: number[]) =>
    saysOfThen(
      {
        id: 'x',
        startedAt: 0,
        keys: {},
        events: sets.map(set => ({ at: 0, kind: 'verdict', scores: { set } })),
      },
      journal,
      symbol => (symbol === 'OTHER' ? now : undefined),
    );

  it('is what it said when the message was judged, though it says something else or is gone since', () => {
    assert.equal(saysAt(1)('MINE')?.en, 'First.');
    assert.equal(saysAt(2)('MINE')?.en, 'Second.');
    assert.equal(saysAt(3)('MINE'), undefined);
  });

  it('leaves other symbols and other records alone', () => {
    assert.equal(saysAt(1)('OTHER'), now);
    assert.equal(saysAt()('MINE'), undefined);
  });
});
