// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { policyOf, policySchema } from './policy.ts';
import { findingsIn } from '../learning/findings.ts';
import { verdictHeaders } from './headers.ts';
import type { Verdict } from './verdict.ts';

const resolved = (settings: unknown) => policyOf(policySchema.parse(settings));
const policy = resolved(undefined);
const verdict = (score: number): Verdict => ({
  action: score >= policy.markAt ? 'mark' : 'accept',
  score,
  reasons: [{ check: 'x', symbol: 'X', points: score, details: {} }],
  mailKind: 'phishing',
  observed: [],
  unavailable: [],
});

it('names the kind of marked mail, and of no other', () => {
  assert.match(verdictHeaders(verdict(9), policy, 'id'), /^X-Spam-Kind: phishing\r$/m);
  assert.doesNotMatch(verdictHeaders(verdict(1), policy, 'id'), /X-Spam-Kind/);
});

it('writes how much of a symbol was there, where points alone no longer say it, and what the score comes to as a probability', () => {
  const reasons = [
    { check: 'x', symbol: 'WHOLE', points: 1.4, details: {}, learned: { from: 2, to: 1.4 } },
    { check: 'x', symbol: 'PART', points: 3.12, details: {}, share: 0.31249 },
  ];
  const text = verdictHeaders({ ...verdict(4.52), reasons, probability: 0.9731 }, policy, 'id');
  assert.match(text, /^X-Spam-Probability: 0\.9731\r$/m);
  assert.match(text, /tests=\[WHOLE=1\.4, PART=3\.12\]\r\n\tshares=\[PART=0\.312\]\r$/m);
  assert.doesNotMatch(verdictHeaders(verdict(9), policy, 'id'), /shares=|Probability/);
});

it('can be learned from as it was found, whatever the scores have become since', () => {
  const reasons = [
    { check: 'x', symbol: 'WHOLE', points: 1.4, details: {}, learned: { from: 2, to: 1.4 } },
    { check: 'x', symbol: 'PART', points: 3.12, details: {}, share: 0.312 },
  ];
  const stored = Buffer.from(`${verdictHeaders({ ...verdict(4.52), reasons }, policy, 'id')}\r\n`);
  const weights: Readonly<Record<string, number>> = { WHOLE: 1.7, PART: 4 };
  assert.deepEqual(
    findingsIn(stored, symbol => weights[symbol]),
    [
      { symbol: 'WHOLE', share: 1 },
      { symbol: 'PART', share: 0.312 },
    ],
  );
});
