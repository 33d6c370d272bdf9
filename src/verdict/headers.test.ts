// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { policySchema } from './policy.ts';
import { verdictHeaders } from './headers.ts';
import type { Verdict } from './verdict.ts';

const policy = policySchema.parse(undefined);
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
