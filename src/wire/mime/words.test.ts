// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Defect } from './types.ts';
import { decodeWords } from './words.ts';

const raw = (text: string | Buffer) => Buffer.from(text).toString('latin1');
/** `日本語` in ISO-2022-JP. */
const jis = '\x1b$BF|K\\8l\x1b(B';
const b64 = (bytes: string) => Buffer.from(bytes, 'latin1').toString('base64');

describe('decodeWords', () => {
  it('leaves plain text alone', () => {
    assert.equal(decodeWords('Hello, =? world?='), 'Hello, =? world?=');
    assert.equal(decodeWords('a =?utf-8?x?y?= b'), 'a =?utf-8?x?y?= b');
  });

  it('decodes B and Q, and drops white space between words alone', () => {
    assert.equal(decodeWords('a =?utf-8?B?5pel?= \t =?UTF-8?q?=E6=9C=AC?= b'), 'a 日本 b');
    assert.equal(decodeWords('=?iso-8859-1?Q?a_b=5F?= =?utf-8?Q?=E3=81=82?='), 'a b_あ');
  });

  it('joins characters that are split between words', () => {
    assert.equal(decodeWords('=?utf-8?B?5pc=?= =?utf-8?B?pQ==?='), '日');
    assert.equal(decodeWords('=?utf-8?Q?=E6=97?= =?utf-8?B?pQ==?='), '日');
    assert.equal(decodeWords('=?shift_jis?Q?=93?= =?shift_jis?Q?=FA?='), '日');
    // Base64 cut where it is no whole group.
    assert.equal(decodeWords('=?utf-8?B?5pel5p?= =?utf-8?B?ys?='), '日本');
  });

  it('decodes words in quotes, stuck to text, and with a language', () => {
    assert.equal(decodeWords('"=?utf-8?B?5pel?=" <a@example.org>'), '"日" <a@example.org>');
    assert.equal(decodeWords('Re:=?utf-8?B?5pel?=!'), 'Re:日!');
    assert.equal(decodeWords('=?utf-8*ja?B?5pel?=='), '日=');
    assert.equal(decodeWords('=?utf-8?B?5pel?==?utf-8?B?5pys?='), '日本');
  });

  it('decodes what is broken, and says that it is', () => {
    const broken = (text: string) => {
      const defects = new Set<Defect>();
      return [decodeWords(text, defects), defects.has('bad-encoded-word')];
    };
    assert.deepEqual(broken('=?utf-8?Q?hello world=?='), ['hello world=', true]);
    assert.deepEqual(broken('=?utf-8?B?5pel'), ['日', true]);
    assert.deepEqual(broken('=?utf-8?B?5p*el?='), ['日', true]);
    assert.deepEqual(broken('=?utf-8?Q?why?=3F?='), ['why??', false]);
    assert.deepEqual(broken('=?utf-8?B??='), ['', false]);
  });

  it('reads Japanese as it is really sent', () => {
    assert.equal(decodeWords(`=?ISO-2022-JP?B?${b64(jis)}?= =?ISO-2022-JP?B?${b64(jis)}?=`), '日本語日本語');
    // Half-width kana and the rows of NEC, that ISO-2022-JP does not have.
    assert.equal(decodeWords(`=?iso-2022-jp?B?${b64('\x1b(I12\x1b$B-!-j!A\x1b(B')}?=`), 'ｱｲ①㈱～');
    assert.equal(decodeWords(`=?iso-2022-jp?B?${b64('\x93\xfa\x96\x7b')}?=`), '日本');
    assert.equal(decodeWords(`=?shift_jis?B?${b64('\x87\x40\x87\x8a\x81\x60\xb1')}?=`), '①㈱～ｱ');
    assert.equal(decodeWords(jis), '日本語');
    assert.equal(decodeWords(raw('こんにちは')), 'こんにちは');
    assert.equal(decodeWords('\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd'), 'こんにちは');
    assert.equal(decodeWords('\xa4\xb3\xa4\xf3\xa4\xcb\xa4\xc1\xa4\xcf'), 'こんにちは');
  });

  it('reads raw Latin text', () => {
    assert.equal(decodeWords('Caf\xe9 M\xfcller'), 'Café Müller');
  });
});
