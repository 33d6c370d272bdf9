// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeTransfer } from './transfer-decode.ts';
import { base64Lines, quotedPrintable } from './transfer-encode.ts';
import type { Defect, Part } from './types.ts';
import { uuencodedFiles } from './uuencode.ts';

function read(text: string, encoding: Part['encoding'], limit = Infinity): string {
  const defects = new Set<Defect>();
  const bytes = decodeTransfer(Buffer.from(text, 'latin1'), encoding, limit, defects);
  return [bytes.toString('latin1'), ...defects].join(' ');
}

describe('decodeTransfer', () => {
  it('takes off what we put on', () => {
    fc.assert(
      fc.property(fc.uint8Array(), bytes => {
        const defects = new Set<Defect>();
        for (const [coded, encoding] of [
          [base64Lines(Buffer.from(bytes)), 'base64'],
          [quotedPrintable(Buffer.from(bytes)), 'quoted-printable'],
        ] as const)
          assert.deepEqual(decodeTransfer(coded, encoding, Infinity, defects), Buffer.from(bytes));
        assert.equal(defects.size, 0);
      }),
    );
  });

  it('reads base64 in pieces, with foreign signs, without padding', () => {
    assert.equal(read('QQ==\r\nQkM=\r\nRA', 'base64'), 'ABCD');
    assert.equal(read('Q*Q', 'base64'), 'A bad-base64');
    assert.equal(read('', 'base64'), '');
    assert.equal(read('====', 'base64'), '');
  });

  it('reads quoted-printable with its errors left standing', () => {
    assert.equal(read('a=3D=e3=\r\nb=  \r\nc  \r\nd\t', 'quoted-printable'), 'a=\xe3bc\r\nd\t');
    assert.equal(read('a=zz b', 'quoted-printable'), 'a=zz b bad-quoted-printable');
    assert.equal(read('a=', 'quoted-printable'), 'a');
    assert.equal(read('a \n b=20 \n', 'quoted-printable'), 'a\n b \n');
  });

  it('gives no more than was asked for', () => {
    for (const encoding of ['7bit', 'base64', 'quoted-printable'] as const) {
      for (const limit of [0, 1, 3, 4, 5])
        assert.equal(read('QUJDREVG', encoding, limit).length, Math.min(limit, encoding === 'base64' ? 6 : 8));
    }
  });

  it('finds enough bytes also where lines are short', () => {
    assert.equal(read(`${'Q\r\n'.repeat(4_000)}`, 'base64', 1_000).length, 1_000);
    assert.equal(read(base64Lines(Buffer.alloc(9_000, 'x')).toString(), 'base64', 1_000), 'x'.repeat(1_000));
  });

  it('reads uuencoded files, whole, cut off, and with spaces for grave accents', () => {
    assert.equal(read('begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n', 'uuencode'), 'Cat');
    assert.equal(read('text\r\nbegin 644 cat.txt\r\n#0V%T', 'uuencode'), 'Cat');
    assert.equal(read('#0V%T\n', 'uuencode'), 'Cat');
    assert.equal(read('begin 644 nul\n!  \n \nend\n', 'uuencode'), '\0');
  });

  it('does not take words for files', () => {
    for (const text of [
      'begin 644 a\nno data here\n',
      'we begin 644 a\n#0V%T\n',
      'begin 99 a\n#0V%T\n',
      'begin 644\n#0V%T\n',
      'begin 644 a',
    ])
      assert.deepEqual(uuencodedFiles(Buffer.from(text)), [], text);
    assert.equal(uuencodedFiles(Buffer.from('begin 644 a b.txt\n#0V%T\n'))[0]?.name, 'a b.txt');
  });
});
