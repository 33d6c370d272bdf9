// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { seededRandom } from '../core/random.ts';
import { fitScores, labelsToMove, type LabelledFindings } from './score-fit.ts';

const declared: Readonly<Record<string, number>> = { GOOD: 1, IDLE: 1, WRONG: 2, HAM: -1, ZERO: 0 };
const declaredOf = (symbol: string): number | undefined => declared[symbol];

/** GOOD tells spam well, IDLE is found in either alike, WRONG in ham more often, HAM in ham. */
function labels(count: number): readonly LabelledFindings[] {
  const random = seededRandom(5);
  const shares = {
    spam: { GOOD: 0.9, IDLE: 0.3, WRONG: 0.1, HAM: 0.05, ZERO: 0.5 },
    ham: { GOOD: 0.02, IDLE: 0.3, WRONG: 0.5, HAM: 0.6, ZERO: 0.1 },
  };
  return Array.from({ length: 2 * count }, (_, i) => {
    const label = i % 2 === 0 ? 'spam' : 'ham';
    const findings = Object.entries(shares[label]).flatMap(([symbol, share]) =>
      random.next() < share ? [{ symbol, share: 1 }] : [],
    );
    return { label, findings };
  });
}
const fitted = (of: readonly LabelledFindings[]) => new Map(fitScores(of, declaredOf).map(one => [one.symbol, one]));

it('moves nothing before there are enough labels of each kind', () => {
  assert.deepEqual(fitScores(labels(labelsToMove - 1), declaredOf), []);
  assert.equal(fitScores(labels(labelsToMove), declaredOf).length, 4);
});

it('raises what tells spam, lowers what does not, changes no sign, and goes no further than half', () => {
  const scores = fitted(labels(2_000));
  assert.equal(scores.get('GOOD')?.fitted, 1.5);
  assert.equal(scores.get('WRONG')?.fitted, 1);
  assert.equal(scores.get('HAM')?.fitted, -1.5);
  assert.ok((scores.get('IDLE')?.fitted ?? 9) < 1);
  assert.equal(scores.get('ZERO'), undefined);
});

it('counts how often each was found in either kind', () => {
  const of = labels(200);
  const count = (label: string): number =>
    of.filter(one => one.label === label && one.findings.some(({ symbol }) => symbol === 'GOOD')).length;
  const good = fitted(of).get('GOOD');
  assert.deepEqual([good?.spam, good?.ham], [count('spam'), count('ham')]);
});

it('gives what made an automatic label no weight from it', () => {
  const own = labels(1_000).map(one => ({ ...one, evidence: ['GOOD'] }));
  assert.equal(fitted(own).get('GOOD'), undefined);
});

it('stays near what was declared where there is little to go by', () => {
  const rare = labels(200).map((one, i) =>
    i === 0 ? { ...one, findings: [...one.findings, { symbol: 'RARE', share: 1 }] } : one,
  );
  const score = fitScores(rare, symbol => (symbol === 'RARE' ? 1 : declaredOf(symbol))).find(
    one => one.symbol === 'RARE',
  );
  assert.ok(score && Math.abs(score.fitted - 1) < 0.1, JSON.stringify(score));
});
