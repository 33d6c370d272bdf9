// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeCharset } from './charset.ts';
import type { Defect } from './types.ts';

function read(bytes: string | Buffer, label: string): string {
  const defects = new Set<Defect>();
  const { text, charset, sure } = decodeCharset(
    Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes, 'latin1'),
    label,
    defects,
  );
  return [text, charset, sure, ...defects].join(' ');
}
const sjis = '\x93\xfa\x96\x7b\x8c\xea\x82\xcc\x83\x81\x81\x5b\x83\x8b';
const euc = '\xc6\xfc\xcb\xdc\xb8\xec\xa4\xce\xa5\xe1\xa1\xbc\xa5\xeb';
const jis = '\x1b$BF|K\\8l$N%a!<%k\x1b(B';
const text = '日本語のメール';

describe('decodeCharset', () => {
  it('reads what is declared, in the superset that is meant', () => {
    assert.equal(read(sjis, 'Shift_JIS'), `${text} shift_jis true`);
    assert.equal(read(euc, 'EUC-JP'), `${text} euc-jp true`);
    assert.equal(read(jis, 'ISO-2022-JP'), `${text} iso-2022-jp true`);
    assert.equal(read(Buffer.from(text), 'utf-8'), `${text} utf-8 true`);
    assert.equal(read('\x93a\x94 \x80', 'iso-8859-1'), '“a” € windows-1252 true');
    assert.equal(read('\xb0\xa1\x81\x30\x81\x30', 'gb2312'), '啊\u0080 gb18030 true');
    assert.equal(read('\xa4\xa4\xa4\xe5', 'big5'), '中文 big5 true');
    assert.equal(read('\xb0\xa1', 'ks_c_5601-1987'), '가 euc-kr true');
    assert.equal(read('\xcf\xf0\xe8', 'cp1251'), 'При windows-1251 true');
    assert.equal(read('\xf0\xd2\xc9', 'KOI8-R'), 'При koi8-r true');
    assert.equal(read('\x80\x81', 'cp437'), 'Çü cp437 true');
  });

  it('reads the vendors’ rows in each Japanese charset', () => {
    assert.equal(read('\x1b$B-!-j!A|q\x1b(B', 'iso-2022-jp'), '①㈱～ⅰ iso-2022-jp true');
    assert.equal(read('\xad\xa1\xad\xea\xa1\xc1', 'euc-jp'), '①㈱～ euc-jp true');
    assert.equal(read('\x87\x40\x87\x8a\x81\x60\xfa\x40', 'cp932'), '①㈱～ⅰ shift_jis true');
  });

  it('reads what else stands in ISO-2022-JP', () => {
    assert.equal(read('\x1b(I12\x1b(B \x0e12\x0f a', 'iso-2022-jp'), 'ｱｲ ｱｲ a iso-2022-jp true');
    assert.equal(read('\x1b$(D0!\x1b(B', 'iso-2022-jp-1'), '丂 iso-2022-jp true');
    assert.equal(read('\x1b$A0!\x1b$(C0!\x1b(B', 'iso-2022-jp-2'), '啊가 iso-2022-jp true');
    // The escape back to ASCII is missing: each line begins in ASCII.
    assert.equal(read('\x1b$BF|\nabc', 'iso-2022-jp'), '日\nabc iso-2022-jp true');
    assert.equal(read('\x1b$)C\x0e0!\x0f a', 'iso-2022-kr'), '가 a iso-2022-kr true');
  });

  it('corrects what is declared wrongly', () => {
    assert.equal(read(sjis, 'iso-2022-jp'), `${text} shift_jis false wrong-charset`);
    assert.equal(read(sjis, 'us-ascii'), `${text} shift_jis false wrong-charset`);
    assert.equal(read(Buffer.from(text), 'iso-2022-jp'), `${text} utf-8 true wrong-charset`);
    assert.equal(read(sjis.repeat(3), 'utf-8'), `${text.repeat(3)} shift_jis false wrong-charset`);
    assert.equal(read(jis, 'utf-8'), `${text} iso-2022-jp true`);
    assert.equal(read('caf\xe9', 'utf-8'), 'café windows-1252 false wrong-charset');
    assert.equal(read(Buffer.concat([Buffer.from(text), Buffer.from([0xe3])]), 'utf-8'), `${text}\ufffd utf-8 false`);
  });

  it('guesses what is not declared', () => {
    assert.equal(read(Buffer.from(text), ''), `${text} utf-8 true`);
    assert.equal(read(sjis, ''), `${text} shift_jis false`);
    assert.equal(read(euc, ''), `${text} euc-jp false`);
    assert.equal(read(jis, ''), `${text} iso-2022-jp true`);
    assert.equal(read('Fran\xe7ois a mang\xe9 \xe0 No\xebl', ''), 'François a mangé à Noël windows-1252 false');
    assert.equal(read('It\x92s what they don\x92t say', ''), 'It’s what they don’t say windows-1252 false');
    assert.equal(read('\xce\xeb\xcc\xda\xb0\xec\xcf\xba', ''), '鈴木一郎 euc-jp false');
    assert.equal(
      read('\xc4\xfa\xba\xc3\xa3\xac\xc7\xeb\xb2\xe9\xca\xd5\xb7\xa2\xc6\xb1\xd5\xe2', ''),
      '您好，请查收发票这 gb18030 false',
    );
    assert.equal(read('abc', ''), 'abc us-ascii true');
  });

  it('refuses UTF-7 and shows its ASCII', () => {
    assert.equal(read('+ADw-script+AD4-', 'utf-7'), '+ADw-script+AD4- us-ascii true charset-refused');
    for (const label of ['UTF_7', 'u.t.f.7', 'utf7\0', 'utf-7-imap', 'x-unicode-1-1-utf-7'])
      assert.equal(decodeCharset(Buffer.from('+ADw-\xe9', 'latin1'), label).text.slice(0, 5), '+ADw-', label);
  });

  it('does not know every charset, and says so', () => {
    assert.equal(read('\xe9', 'x-nothing'), 'é windows-1252 false unknown-charset');
    assert.equal(read('a', 'base64'), 'a us-ascii true');
    assert.equal(read('\xe9', 'hex'), 'é windows-1252 false unknown-charset');
  });

  it('finds the byte order of UTF-16', () => {
    assert.equal(read('\xff\xfea\0', 'utf-16'), 'a utf-16le true');
    assert.equal(read('a\0b\0', 'utf-16'), 'ab utf-16le true');
    assert.equal(read('\0a\0b', 'utf-16'), 'ab utf-16be true');
    assert.equal(read('plain', 'unicode'), 'plain us-ascii true');
  });
});
