// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatAddress } from '../../core/address.ts';
import { localLimit, parsePath } from './path.ts';

const at = (local: string, domain: string) => ({ local, domain });

describe('parsePath', () => {
  for (const [text, address, rest] of [
    ['<a@b.example>', at('a', 'b.example'), ''],
    ['<a@b.example> SIZE=1', at('a', 'b.example'), 'SIZE=1'],
    ['a@b.example SIZE=1', at('a', 'b.example'), 'SIZE=1'],
    ['<>', null, ''],
    ['< > BODY=7BIT', null, 'BODY=7BIT'],
    ['<A.B@B.EXAMPLE>', at('A.B', 'b.example'), ''],
    ['<a..b.@docomo.example>', at('a..b.', 'docomo.example'), ''],
    ['<a@b_c.example>', at('a', 'b_c.example'), ''],
    ['<a@例え.テスト>', at('a', 'xn--r8jz45g.xn--zckzah'), ''],
    ['<"a b"@b.example>', at('a b', 'b.example'), ''],
    ['<"a\\"\\\\b"@b.example>', at('a"\\b', 'b.example'), ''],
    ['<"a>b"@b.example> X', at('a>b', 'b.example'), 'X'],
    ['"a b"@b.example X', at('a b', 'b.example'), 'X'],
    ['<a@[192.0.2.1]>', at('a', '[192.0.2.1]'), ''],
    ['<a@[ipv6:2001:DB8:0::1]>', at('a', '[IPv6:2001:db8::1]'), ''],
    ['<@x.example,@y.example:a@b.example>', at('a', 'b.example'), ''],
    ['<postmaster>', at('postmaster', ''), ''],
    ['<a@b.example.>', at('a', 'b.example'), ''],
  ] as const) {
    it(`reads ${text}`, () => assert.deepEqual(parsePath(text), { address, rest }));
  }

  for (const text of [
    '',
    '<',
    '<a@b.example',
    '<a>',
    '<a@>',
    '<@b.example>',
    '<a b@c.example>',
    '<a@b@c.example>',
    '<a@b..example>',
    '<a@.example>',
    `<a@${'x'.repeat(64)}.example>`,
    '<a@b example>',
    '<"a@b.example>',
    '<""@b.example>',
    '<"a"b@b.example>',
    '<a"b"@b.example>',
    '<a(c)@b.example>',
    '<a\u0000@b.example>',
    '<"a\rb"@b.example>',
    '<a@[300.0.0.1]>',
    '<a@[2001:db8::1]>',
    '<a@[ipv6:192.0.2.1]>',
    '<a@[tag:x]>',
    '<a@[192.0.2.1>',
    'a<b@c.example>',
  ]) {
    it(`does not read ${JSON.stringify(text)}`, () => assert.equal(parsePath(text), undefined));
  }

  it(`reads a local part of ${localLimit} octets and none longer`, () => {
    assert.ok(parsePath(`<${'a'.repeat(localLimit)}@b.example>`));
    assert.equal(parsePath(`<${'a'.repeat(localLimit + 1)}@b.example>`), undefined);
  });

  it('reads what formatAddress writes', () => {
    const local = fc
      .string({ minLength: 1, maxLength: 60, unit: 'binary-ascii' })
      .filter(text => !/[\x00-\x1f\x7f]/.test(text));
    fc.assert(
      fc.property(local, text => {
        const address = at(text, 'b.example');
        assert.deepEqual(parsePath(`<${formatAddress(address)}>`)?.address, address);
      }),
    );
  });

  it('gives a value for any text', () => {
    const sign = fc.constantFrom('<', '>', '"', '\\', '@', ':', ',', '[', ']', '.', 'a', ' ', '%', '!', 'é', '\u0000');
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 40 }), signs => {
        const path = parsePath(signs.join(''));
        assert.ok(path === undefined || path.address === null || path.address.local !== '');
      }),
      { numRuns: 2_000 },
    );
  });
});
