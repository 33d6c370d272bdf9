// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { plainMap, probabilityAt, scoreAt, type ScoreMap } from './score-map.ts';

const map: ScoreMap = [
  [-2, -3],
  [0, -1],
  [4, 2],
  [10, 6],
];

describe('score map', () => {
  it('rises between its points and is level beyond them', () => {
    const scores = Array.from({ length: 3_001 }, (_, i) => i / 100 - 15);
    const told = scores.map(score => probabilityAt(map, score));
    assert.ok(told.every((p, i) => i === 0 || p >= told[i - 1]!));
    assert.equal(probabilityAt(map, -2), probabilityAt(map, -500));
    assert.equal(probabilityAt(map, 10), probabilityAt(map, 500));
    assert.equal(probabilityAt(map, 2), Math.round(1e4 / (1 + Math.exp(-0.5))) / 1e4);
  });

  it('gives the lowest score of a probability', () => {
    for (const probability of [0.05, 0.3, 0.5, 0.9, 0.99]) {
      const score = scoreAt(map, probability);
      assert.ok(probabilityAt(map, score) >= probability);
      assert.ok(probabilityAt(map, score - 0.01) < probability);
    }
    assert.equal(scoreAt(map, 0.9999), Infinity);
  });

  it('takes a point for a unit of log-odds where nothing was measured', () => {
    assert.equal(probabilityAt(plainMap, 0), 0.5);
    assert.equal(scoreAt(plainMap, 0.99), 4.6);
  });
});
