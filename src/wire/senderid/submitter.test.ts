// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatSubmitter, parseSubmitter } from './submitter.ts';
import { decodeXtext, encodeXtext } from './xtext.ts';

describe('parseSubmitter', () => {
  for (const [value, address] of [
    ['bob@example.jp', { local: 'bob', domain: 'example.jp' }],
    ['<bob@example.jp>', { local: 'bob', domain: 'example.jp' }],
    ['+3Cbob@example.jp+3E', { local: 'bob', domain: 'example.jp' }],
    ['bob+2Btag@EXAMPLE.jp', { local: 'bob+tag', domain: 'example.jp' }],
    ['bob+3d1@example.jp', { local: 'bob=1', domain: 'example.jp' }],
    ['bob=1@example.jp', { local: 'bob=1', domain: 'example.jp' }],
    ['"a+20b"@example.jp', { local: 'a b', domain: 'example.jp' }],
    ['', undefined],
    ['<>', undefined],
    ['bob', undefined],
    ['postmaster', undefined],
    ['bob@', undefined],
    ['bob+tag@example.jp', undefined],
    ['bob+4@example.jp', undefined],
    ['bob+0D+0A@example.jp', undefined],
    ['+C2+A0bob@example.jp', { local: '\u00a0bob', domain: 'example.jp' }],
    ['bob@example.jp+20carol@example.jp', undefined],
  ] as const) {
    it(`reads ${JSON.stringify(value)}`, () => assert.deepEqual(parseSubmitter(value), address));
  }

  it('is written without brackets and in xtext', () => {
    assert.equal(formatSubmitter({ local: 'bob+tag', domain: 'example.jp' }), 'SUBMITTER=bob+2Btag@example.jp');
    assert.equal(formatSubmitter({ local: 'a b', domain: 'example.jp' }), 'SUBMITTER="a+20b"@example.jp');
  });
});

describe('xtext', () => {
  it('carries any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        const encoded = encodeXtext(text);
        assert.match(encoded, /^[!-~]*$/);
        assert.equal(decodeXtext(encoded), text);
      }),
    );
  });
});
