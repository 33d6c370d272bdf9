// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { hasBecomePoisonous, isPoisonous, poisonProbability } from './alarms.ts';

it('is as sure as the posterior says', () => {
  // 1 - I(0.15; 1, 1), 1 - I(0.15; 2, 1) = 1 - 0.15², 1 - I(0.15; 1, 2) = 0.85²
  for (const [judged, contradictions, expected] of [
    [0, 0, 0.85],
    [1, 1, 0.9775],
    [1, 0, 0.7225],
    [2, 2, 0.996625],
  ] as const)
    assert.ok(Math.abs(poisonProbability({ judged, contradictions }) - expected) < 1e-12);
});

it('stays a number for as many labels as an account can give', () => {
  assert.ok(poisonProbability({ judged: 1e6, contradictions: 1e5 }) < 1e-9);
  assert.ok(Math.abs(poisonProbability({ judged: 1e5, contradictions: 9e4 }) - 1) < 1e-6);
});

it('lets a person correct the filter, and not turn it round', () => {
  assert.equal(isPoisonous({ judged: 100, contradictions: 15 }), false);
  assert.equal(isPoisonous({ judged: 100, contradictions: 30 }), true);
});

it('is told by the label that makes it so, and by no other', () => {
  const told = [];
  for (let n = 1; n <= 20; n += 1)
    if (hasBecomePoisonous({ by: 'a', labels: n, revoked: 0, judged: n, contradictions: n }, true)) told.push(n);
  assert.deepEqual(told, [2]);
  const many = { by: 'a', labels: 2, revoked: 0, judged: 2, contradictions: 2 };
  assert.equal(hasBecomePoisonous(many, false), false);
});
