// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LineReader } from './lines.ts';

function readAll(chunks: readonly string[], limit = 1_000) {
  const reader = new LineReader();
  const lines: string[] = [];
  for (const chunk of chunks) {
    reader.push(Buffer.from(chunk));
    for (let line = reader.next(() => limit); line !== undefined; line = reader.next(() => limit))
      lines.push(line.toString());
  }
  return { lines, reader };
}

describe('LineReader', () => {
  it('cuts at LF and takes the CR before it', () => {
    assert.deepEqual(readAll(['a\r\nb\nc\rd\r\n\r\nrest']).lines, ['a', 'b', 'c\rd', '']);
  });

  it('says whether a line ended with LF alone', () => {
    assert.equal(readAll(['a\n']).reader.endedBare, true);
    assert.equal(readAll(['a\r\n']).reader.endedBare, false);
  });

  it('gives the same lines however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '\r', '\n', 'word', '\r\n')), fc.nat(20), (parts, size) => {
        const text = parts.join('');
        const chunks = text.match(new RegExp(`[^]{1,${size + 1}}`, 'g')) ?? [];
        assert.deepEqual(readAll(chunks).lines, readAll([text]).lines);
      }),
    );
  });

  for (const [length, expected] of [
    [999, 'x'.repeat(999)],
    [1_000, 'x'.repeat(1_000)],
    [1_001, 'too-long'],
  ] as const) {
    it(`reads a line of ${length} octets where 1000 are allowed as ${expected.slice(0, 8)}`, () => {
      const text = `${'x'.repeat(length)}\r\nnext\r\n`;
      assert.deepEqual(readAll([text]).lines, [expected, 'next']);
      assert.deepEqual(readAll(text.split('')).lines, [expected, 'next']);
    });
  }

  it('holds no more of an endless line than the limit', () => {
    const { reader } = readAll(Array.from({ length: 1_000 }, () => 'x'.repeat(1_000)));
    assert.ok(reader.size <= 1_001);
  });

  it('gives raw bytes between lines, as many as are asked for', () => {
    const reader = new LineReader();
    reader.push(Buffer.from('BDAT 3\r\nabcde'));
    assert.equal(reader.next(() => 100)?.toString(), 'BDAT 3');
    assert.equal(reader.peek().toString(), 'abcde');
    reader.skip(3);
    reader.push(Buffer.from('f\r\n'));
    assert.equal(reader.next(() => 100)?.toString(), 'def');
  });

  it('never writes over what it gave away', () => {
    const reader = new LineReader();
    for (const octet of 'abc') reader.push(Buffer.from(octet));
    const taken = reader.peek(2);
    reader.skip(2);
    for (const octet of 'xyz') reader.push(Buffer.from(octet));
    assert.equal(taken.toString() + reader.peek().toString(), 'abcxyz');
  });
});
