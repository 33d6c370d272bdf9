// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { authorDomainsOf } from './dmarc-author.ts';

const one = ['bank.example'];
const both = ['bank.example', 'evil.example'];

describe('the author of a message', () => {
  for (const from of [
    'ceo@bank.example',
    'CEO <ceo@BANK.example>',
    '"ceo@evil.example" <ceo@bank.example>',
    'CEO (ceo@evil.example) <ceo@bank.example>',
    'ceo@bank.example (CEO)',
    'ceo@bank.example <ceo@bank.example>',
    'alice@bank.example, bob@bank.example',
    'Board: alice@bank.example, bob@bank.example;',
    '"a@b"@bank.example',
    '=?utf-8?q?ceo=40evil.example?= <ceo@bank.example>',
    'ceo@bank.example.',
  ])
    it(`is of one domain: ${from}`, () => {
      assert.deepEqual(authorDomainsOf([from]), { domains: one, fields: 1, isUnclear: false });
    });

  for (const from of [
    'ceo@bank.example, x@evil.example',
    'ceo@bank.example <x@evil.example>',
    '<ceo@bank.example> <x@evil.example>',
    'ceo@bank.example x@evil.example',
    '<@bank.example:x@evil.example>',
    '<ceo@bank.example@evil.example>',
    'x: ceo@bank.example;, x@evil.example',
    'ceo@bank.example\\, <x@evil.example>',
    '(ceo@bank.example <x@evil.example>',
  ])
    it(`is of two that a program may show: ${from}`, () => {
      assert.deepEqual([...authorDomainsOf([from]).domains].sort(), both);
    });

  it('is counted over all fields', () => {
    assert.deepEqual(authorDomainsOf(['ceo@bank.example', 'x@evil.example']), {
      domains: both,
      fields: 2,
      isUnclear: false,
    });
    assert.equal(authorDomainsOf(['ceo@bank.example', 'ceo@bank.example']).fields, 2);
  });

  it('is unclear where somebody stands who has no domain', () => {
    for (const from of [
      'CEO of the bank',
      'ceo@bank.example, <ceo>',
      '<>',
      'ceo@bank.example\0.evil.example',
      'ceo@bank.example\xff <x@evil.example>',
    ])
      assert.ok(authorDomainsOf([from]).isUnclear, from);
    assert.ok(authorDomainsOf([`${'a'.repeat(20_001)}, ceo@bank.example`]).isUnclear);
    for (const [count, isUnclear] of [
      [100, false],
      [101, true],
    ] as const)
      assert.equal(authorDomainsOf([Array.from({ length: count }, () => 'x@y.example').join()]).isUnclear, isUnclear);
  });

  it('is read from anything without failing, of few domains', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom(...Array.from('ab@.<>"(),:; \\[]\0\u00e9')) }), { maxLength: 3 }),
        fields => {
          assert.ok(authorDomainsOf(fields).domains.length <= 8);
        },
      ),
    );
  });
});
