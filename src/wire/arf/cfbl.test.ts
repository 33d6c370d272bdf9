// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readCfblAddress, readFeedbackId } from './cfbl.ts';

describe('CFBL fields', () => {
  it('reads an address, and the form that is asked for', () => {
    const address = { local: 'fbl', domain: 'example.com' };
    for (const [value, format] of [
      ['fbl@example.com', 'arf'],
      [' fbl@example.com; report=arf', 'arf'],
      ['fbl@Example.com;report=xarf ', 'xarf'],
    ] as const)
      assert.deepEqual(readCfblAddress(value), { address, format }, value);
  });

  it('takes nothing else for an address', () => {
    for (const value of [
      '',
      'fbl',
      'a@b.example, c@d.example',
      '<a@b.example>',
      'a@b.example; report=ARF',
      'a@b.example; x=y',
      'a@[192.0.2.1]',
      `${'a'.repeat(2_000)}@b.example`,
    ])
      assert.equal(readCfblAddress(value), undefined, value);
  });

  it('reads an id without the white space and comments in it', () => {
    assert.equal(readFeedbackId(' 111:222 (comment):\t333'), '111:222:333');
    for (const value of ['', 'a;b', 'a@b', 'あ']) assert.equal(readFeedbackId(value), undefined, value);
  });

  it('never throws, and lets no line end through', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', '@', '.', ';', ' ', '\r\n', '(', ')', '"', 'report=arf'),
          maxLength: 40,
        }),
        text => {
          const read = readCfblAddress(text);
          assert.ok(!read || !/[\r\n]/.test(`${read.address.local}@${read.address.domain}`));
          assert.doesNotMatch(readFeedbackId(text) ?? '', /[\r\n]/);
        },
      ),
    );
  });
});
