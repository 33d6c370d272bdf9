// SPDX-License-Identifier: Apache-2.0
/** What each term means is tested by the suite of RFC 7208 (test/conformance/spf.ts); here are the borders and the oddest input. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { expand, expandDomain, isDomainSpec, isMacroString } from './macro.ts';
import { parseTerms } from './record.ts';

const values = {
  sender: { local: 'strong-bad', domain: 'email.example.com' },
  domain: 'email.example.com',
  ip: '192.0.2.3',
  ipBytes: Uint8Array.of(192, 0, 2, 3),
  helo: 'mx.example.org',
  name: 'unknown',
  receiver: 'unknown',
  nowSeconds: 1,
};

describe('parseTerms', () => {
  it('reads mechanisms and modifiers', () => {
    assert.deepEqual(parseTerms(' a:b.example/24//64 -all exp=e.%{d} x=y'), {
      mechanisms: [
        { qualifier: '+', kind: 'a', spec: 'b.example', prefix4: 24, prefix6: 64 },
        { qualifier: '-', kind: 'all' },
      ],
      redirect: undefined,
      explanation: 'e.%{d}',
    });
  });

  for (const text of [
    'all:x',
    'a/33',
    'a//129',
    'a/024',
    'ip4:192.0.2',
    'ip4:::1',
    'ip6:192.0.2.1',
    'include:',
    'nonsense',
    'exists:%{c}.x',
    'redirect=a.b redirect=a.b',
    'all\tall',
    'a:x',
    'a:b.1',
    'é',
  ]) {
    it(`finds fault with ${JSON.stringify(text)}`, () => assert.equal(typeof parseTerms(text), 'string'));
  }

  it('gives a value for any text, quickly', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => void parseTerms(text)));
    for (const long of [
      'a'.repeat(65_000),
      `a:${'a.'.repeat(32_000)}`,
      `x=${'%{d}'.repeat(16_000)}`,
      '/'.repeat(65_000),
      `a:/${'1/'.repeat(30_000)}`,
      `a:b.${'a'.repeat(60_000)}!`,
      `exists:${'%{s}'.repeat(16_000)}`,
    ]) {
      const started = process.cpuUsage();
      parseTerms(long);
      assert.ok(process.cpuUsage(started).user < 500_000, long.slice(0, 10));
    }
  });
});

describe('macros', () => {
  for (const [text, expanded] of [
    ['%{s}', 'strong-bad@email.example.com'],
    ['%{d2}', 'example.com'],
    ['%{dr}', 'com.example.email'],
    ['%{d2r}', 'example.email'],
    ['%{l-}', 'strong.bad'],
    ['%{lr-}', 'bad.strong'],
    ['%{ir}.%{v}._spf.%{d2}', '3.2.0.192.in-addr._spf.example.com'],
    ['%{S}', 'strong-bad%40email.example.com'],
    ['%%%_%-', '% %20'],
  ] as const) {
    it(`expands ${text}`, () => assert.equal(expand(text, values), expanded));
  }

  it('knows what is no macro', () => {
    for (const text of ['%', '%a', '%{x}', '%{d0}', '%{d', '%{d5x}', 'a b'])
      assert.equal(isMacroString(text, 'domain'), false, text);
    assert.equal(isMacroString('%{c} %{r} %{t}', 'explanation'), true);
    assert.equal(isDomainSpec('%{d}'), true);
    assert.equal(isDomainSpec('a.b.'), true);
    assert.equal(isDomainSpec('a'), false);
  });

  it('cuts names that are too long from the left', () => {
    const name = `${'a'.repeat(60)}.`.repeat(4) + 'example.com';
    assert.equal(expandDomain(name, values), name.slice(61));
    assert.equal(expandDomain('a'.repeat(254), values), '');
  });
});
