// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formulaOf, valuesOf } from './formula.ts';
import { parseMeta, rulesIn } from './meta.ts';

const rules = ['A', 'B', 'C', '__X_1', '__X_2', '__X_3'];
const numbers = new Map(rules.map((name, number) => [name, number]));
const values = valuesOf(Float64Array.of(1, 0, 3, 1, 0, 5));

function valueOf(text: string): number {
  const node = parseMeta(text);
  assert.ok(!('reason' in node), text);
  return formulaOf(node, { numbers, costOf: () => 1 }).value(values);
}

describe('meta', () => {
  it('gives what Perl gives: the value of the side that decided', () => {
    assert.equal(valueOf('A && C'), 3);
    assert.equal(valueOf('B || C'), 3);
    assert.equal(valueOf('!B'), 1);
    assert.equal(valueOf('A + C > 3 ? 10 : 20'), 10);
    assert.equal(valueOf('(A + B + C) >= 5'), 0);
    assert.equal(valueOf('2 - 1 - 1'), 0);
    assert.equal(valueOf('-A + 2 * C'), 5);
    assert.equal(valueOf('C / B'), 0);
    assert.equal(valueOf('rules_matching(__X_*) > 1'), 1);
    assert.equal(valueOf('UNKNOWN'), 0);
  });

  it('binds as Perl does', () => {
    assert.equal(valueOf('A || B && B'), 1);
    assert.equal(valueOf('!A + 1'), 1);
    assert.equal(valueOf('A == 1 && C == 3'), 1);
  });

  it('names the rules it speaks of', () => {
    const node = parseMeta('A && (!__B || C > 2)');
    assert.ok(!('reason' in node));
    assert.deepEqual([...rulesIn(node)], ['A', '__B', 'C']);
  });

  it('says where it cannot be read', () => {
    for (const [text, position] of [
      ['A &&', 4],
      ['A && (B', 7],
      ['A $ B', 2],
      ['A B', 2],
    ] as const) {
      const node = parseMeta(text);
      assert.ok('reason' in node, text);
      assert.equal(node.position, position, text);
    }
  });

  it('never throws, however deep', () => {
    parseMeta('('.repeat(100_000));
    parseMeta('!'.repeat(100_000));
    const node = parseMeta(`A${' && A'.repeat(1_000)}`);
    assert.ok(!('reason' in node));
    assert.deepEqual([...rulesIn(node)], ['A']);
    assert.ok('reason' in parseMeta(`A${' && A'.repeat(20_000)}`));
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('A', '(', ')', '&', '|', '!', '+', '1', ' ', '?', ':'), maxLength: 60 }),
        text => {
          parseMeta(text);
        },
      ),
    );
  });
});
