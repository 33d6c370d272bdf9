// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseParameters } from './parameters.ts';

function read(raw: string): string {
  const { value, parameters } = parseParameters(raw);
  return [value, ...[...parameters].map(([name, text]) => `${name}=${text}`)].join('|');
}

describe('parseParameters', () => {
  it('reads values, quotes, comments', () => {
    assert.equal(
      read('Text/Plain (x); Charset="us-ascii" (y); format=flowed'),
      'text/plain|charset=us-ascii|format=flowed',
    );
    assert.equal(read('a/b; name="a \\"b\\" \\\\ c;d"'), 'a/b|name=a "b" \\ c;d');
    assert.equal(read('attachment; filename=my file.txt'), 'attachment|filename=my file.txt');
    assert.equal(read(''), '');
    assert.equal(read(';;= ;x'), '');
  });

  it('joins and decodes RFC 2231, in any order', () => {
    assert.equal(read("a/b; name*1*=%9C%AC.pdf; name*0*=utf-8'ja'%E6%97%A5%E6"), 'a/b|name=日本.pdf');
    assert.equal(read('a/b; name*0=one; name*1=two; name*3=no'), 'a/b|name=onetwo');
    assert.equal(read("a/b; name=plain; name*=iso-2022-jp''%1B%24B%46%7C%1B%28B.txt"), 'a/b|name=日.txt');
    assert.equal(read("a/b; name*=''caf%E9"), 'a/b|name=café');
  });

  it('decodes encoded words and raw bytes, that should not be there', () => {
    assert.equal(read('a/b; name="=?utf-8?B?5pel5pys?=.pdf"'), 'a/b|name=日本.pdf');
    assert.equal(read(`a/b; name="${Buffer.from('日本.pdf').toString('latin1')}"`), 'a/b|name=日本.pdf');
    // In Shift_JIS 表 ends with a backslash.
    assert.equal(read('a/b; name="\x95\x5c\x8e\xa6\x83\x65\x83\x58\x83\x67.pdf"'), 'a/b|name=表示テスト.pdf');
  });

  it('keeps characters whose bytes look like white space', () => {
    assert.equal(read(`a/b; name=${Buffer.from('à').toString('latin1')}`), 'a/b|name=à');
  });

  it('reads what lacks its semicolons', () => {
    assert.equal(read('multipart/mixed boundary="a"'), 'multipart/mixed|boundary=a');
    assert.equal(read('a/b; x=1 y="2" z=3'), 'a/b|x=1|y=2|z=3');
    assert.equal(read('a/b; x="never ends; y=1'), 'a/b|x=never ends; y=1');
  });

  it('takes the first of equal names', () => {
    assert.equal(read('a/b; name=first.txt; NAME=second.exe'), 'a/b|name=first.txt');
    assert.equal(read('a/b; name=""; name=second.exe'), 'a/b|name=second.exe');
  });
});
