// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { PreparedCheck } from '../check/assembly.ts';
import type { SymbolDeclaration } from '../check/check.ts';
import type { Outcome } from '../check/run.ts';
import { policyOf, policySchema } from '../verdict/policy.ts';
import { suspicionBefore, suspicionOf } from './suspicion.ts';

const policy = policyOf(policySchema.parse({}));
const declared: Readonly<Record<string, Omit<SymbolDeclaration, 'says'>>> = {
  NAMELESS: { weight: 0.5, advice: 'delay', yieldsToPatience: true },
  LISTED: { weight: 2, advice: 'delay' },
  EARLY: { weight: 1.5 },
  ODD_HELLO: { weight: 0.5 },
  SILENCE: { weight: 0, advice: 'delay', yieldsToPatience: true, isOwnTrouble: true },
};
const symbols = Object.fromEntries(
  Object.entries(declared).map(([name, one]) => [name, { ...one, says: { en: '', ja: '' } }]),
);
const check = { name: 'c', symbols, mode: 'enforce', onUnavailable: 'pass' } as unknown as PreparedCheck;
const found = (...names: readonly string[]): readonly Outcome[] => [
  { check, status: 'done', findings: names.map(symbol => ({ symbol, details: {}, share: 1 })) },
];

it('is answered by patience only where nothing but the name speaks against a client', () => {
  assert.deepEqual(
    [['NAMELESS'], ['NAMELESS', 'LISTED'], ['LISTED']].map(names => suspicionOf(found(...names), policy).isAnswerable),
    [true, false, false],
  );
});

it('asks for patience while our name service is silent', () => {
  const { points, isDelayed, isAnswerable } = suspicionOf(found('SILENCE'), policy);
  assert.deepEqual({ points, isDelayed, isAnswerable }, { points: 0, isDelayed: true, isAnswerable: true });
});

it('makes no second sign of trouble of ours', () => {
  assert.deepEqual(suspicionOf(found('EARLY', 'SILENCE'), policy), suspicionOf(found('EARLY'), policy));
  assert.deepEqual(suspicionOf(found('LISTED', 'SILENCE'), policy), suspicionOf(found('LISTED'), policy));
  const silence = found('SILENCE');
  assert.equal(suspicionBefore(suspicionOf(silence, policy), silence, found('ODD_HELLO'), policy).isDelayed, false);
});
