// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PreparedCheck } from '../check/assembly.ts';
import type { Outcome } from '../check/run.ts';
import type { Composite } from '../core/score-edits.ts';
import { compositeFault, Composites } from './composites.ts';
import { verdictHeaders } from './headers.ts';
import { policyOf, policySchema } from './policy.ts';
import { weigh } from './weigh.ts';

const says = { en: 'Together.', ja: '組み合わせ。' };
const composite = (symbol: string, expression: string, score = 1): Composite => ({ symbol, expression, score, says });
const foundOf = (expression: string, ...symbols: string[]): boolean =>
  new Composites([composite('C', expression)]).found(symbols).length > 0;

describe('composites', () => {
  it('follow the logic and the arithmetic of their expressions', () => {
    assert.equal(foundOf('A && !B', 'A'), true);
    assert.equal(foundOf('A && !B', 'A', 'B'), false);
    assert.equal(foundOf('(A + B + D) >= 2', 'A', 'D'), true);
    assert.equal(foundOf('(A + B + D) >= 2', 'D'), false);
    assert.equal(foundOf('A / B', 'B'), false);
    assert.equal(foundOf('A / B'), false);
  });

  it('may speak of those before them', () => {
    const composites = new Composites([composite('FIRST', 'A || B'), composite('SECOND', 'FIRST && D')]);
    assert.deepEqual(composites.found(['B', 'D']), ['FIRST', 'SECOND']);
    assert.deepEqual(composites.found(['D']), []);
  });

  it('are refused for what they name, what they cannot be read as, and what they do not say', () => {
    const isKnown = (symbol: string): boolean => symbol === 'A';
    const fault = (one: Composite): string | undefined => compositeFault(one, isKnown)?.sentence.en;
    assert.equal(fault(composite('C', 'A && !A')), undefined);
    assert.match(fault(composite('C', 'A && GONE')) ?? '', /no symbol/);
    assert.match(fault(composite('C', 'C || A')) ?? '', /of itself/);
    assert.match(fault(composite('C', ' ')) ?? '', /empty/);
    assert.match(fault(composite('C', `A${' && A'.repeat(400)}`)) ?? '', /more than/);
    assert.match(fault(composite('C', 'A &&')) ?? '', /at \{position\}/);
    assert.match(fault(composite('lower', 'A')) ?? '', /no name/);
    assert.match(fault({ ...composite('C', 'A'), says: { en: 'x', ja: '' } }) ?? '', /missing/);
    assert.match(fault({ ...composite('C', 'A'), says: { en: ' ', ja: ' ' } }) ?? '', /missing/);
    assert.match(fault({ ...composite('C', 'A'), says: { en: 'x\nX-Spam: no', ja: 'x' } }) ?? '', /control/);
    assert.match(fault({ ...composite('C', 'A'), says: { en: 'x', ja: 'x'.repeat(501) } }) ?? '', /more than/);
    assert.match(fault(composite('C', `${'('.repeat(500)}A${')'.repeat(500)}`)) ?? '', /nested/);
  });

  it('are reasons like others, and the sum stays the sum', () => {
    const check = (name: string, weight: number, more: Partial<PreparedCheck> = {}) =>
      ({
        name,
        mode: 'enforce',
        onUnavailable: 'pass',
        symbols: { [name]: { weight, says } },
        ...more,
      }) as PreparedCheck;
    const found = (of: PreparedCheck): Outcome => ({
      check: of,
      status: 'done',
      findings: [{ symbol: of.name, details: {}, share: 1 }],
    });
    const settings = policySchema.parse({});
    const composites = new Composites([composite('BOTH', 'A && B', 2.5), composite('SEEN', 'O', 9)]);
    const outcomes = [found(check('A', 1)), found(check('B', -0.3)), found(check('O', 1, { mode: 'observe' }))];
    const policy = policyOf(settings, { composites });
    const verdict = weigh(outcomes, policy);
    assert.equal(verdict.score, 3.2);
    assert.deepEqual(
      verdict.reasons.map(({ symbol, points }) => [symbol, points]),
      [
        ['A', 1],
        ['B', -0.3],
        ['BOTH', 2.5],
      ],
    );
    assert.match(verdictHeaders(verdict, policy, 'id'), /tests=\[A=1, B=-0.3, BOTH=2.5\]/);
    assert.equal(weigh(outcomes, policyOf(settings)).score, 0.7);
  });
});
