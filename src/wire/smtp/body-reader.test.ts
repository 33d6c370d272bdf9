// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { BodyReader } from './body-reader.ts';

function read(encoding: 'dotted' | 'counted', ...chunks: string[]) {
  const pieces: Buffer[] = [];
  const reader = new BodyReader(encoding, piece => pieces.push(piece));
  let used = 0;
  for (const chunk of chunks) if (!reader.isEnded) used += reader.feed(Buffer.from(chunk, 'latin1'));
  if (!reader.isEnded) reader.finish();
  const text = Buffer.concat(pieces).toString('latin1');
  return { text, used, reader, pieces };
}

/** The same in the plainest way there is, on the whole text at once. */
function model(text: string, isDotted: boolean) {
  const lines: string[] = [];
  let start = 0;
  let isTrue = true;
  let hasFalseEnd = false;
  let bareNewlines = 0;
  for (const match of text.matchAll(/\r\r\n|\r\n|\r|\n/g)) {
    const line = text.slice(start, match.index);
    const [end] = match;
    if (end !== '\r\n') bareNewlines++;
    if (line.replaceAll('\0', '') === '.') {
      const isPlain = line === '.' && isTrue && end === '\r\n';
      if (isPlain && isDotted) return { text: join(lines), hasFalseEnd, bareNewlines, used: match.index + 2 };
      if (!isPlain) hasFalseEnd = true;
    }
    lines.push(isDotted && isTrue && line.startsWith('.') ? line.slice(1) : line);
    start = match.index + end.length;
    isTrue = end !== '\r' && end !== '\n';
  }
  const rest = text.slice(start);
  if (rest.replaceAll('\0', '') === '.' && (rest !== '.' || !isTrue)) hasFalseEnd = true;
  const last = isDotted && isTrue && rest.startsWith('.') ? rest.slice(1) : rest;
  return { text: join(lines) + last, hasFalseEnd, bareNewlines, used: text.length };
}

const join = (lines: string[]) => lines.map(line => `${line}\r\n`).join('');

describe('BodyReader', () => {
  it('ends at CRLF . CRLF and leaves what follows', () => {
    const { text, used } = read('dotted', 'a\r\n.\r\nQUIT\r\n');
    assert.deepEqual({ text, used }, { text: 'a\r\n', used: 6 });
  });

  it('takes stuffed dots off', () => {
    assert.equal(read('dotted', '..\r\n...a\r\n.b\r\nc.\r\n.\r\n').text, '.\r\n..a\r\nb\r\nc.\r\n');
  });

  it('leaves dots alone where octets are counted', () => {
    const { text, reader } = read('counted', '.\r\n..\r\n.');
    assert.deepEqual([text, reader.hasFalseEnd], ['.\r\n..\r\n.', false]);
  });

  it('hands on parts of the chunk itself, not copies', () => {
    const chunk = Buffer.from('text\r\n'.repeat(100));
    const pieces: Buffer[] = [];
    new BodyReader('dotted', piece => pieces.push(piece)).feed(chunk);
    assert.equal(pieces.length, 1);
    assert.equal(pieces[0]?.buffer, chunk.buffer);
  });

  it('makes few pieces of many dots', () => {
    assert.ok(read('dotted', '..\r\n'.repeat(1_000)).pieces.length <= 2);
  });

  it('knows the longest line without its end and its stuffing', () => {
    assert.equal(read('dotted', '..12345\r\n123\r\n.\r\n').reader.notes.longestLine, 6);
    assert.equal(read('counted', 'a\n12345678').reader.notes.longestLine, 8);
  });

  it('counts the header up to the first empty line', () => {
    assert.equal(read('dotted', 'A: b\r\n\r\nbody\r\n.\r\n').reader.headerBytes, 8);
    assert.equal(read('dotted', 'A: b\r\rbody\r\n.\r\n').reader.headerBytes, 6);
  });

  it('notes NUL', () => {
    assert.equal(read('dotted', 'a\0b\r\n.\r\n').reader.notes.hasNul, true);
    assert.equal(read('dotted', 'ab\r\n.\r\n').reader.notes.hasNul, false);
  });

  it('reads as the model does, however the bytes are cut', () => {
    const piece = fc.constantFrom('\r', '\n', '\r\n', '.', '..', '\0', 'a', '\r\n.\r\n', 'text', '\r\r\n');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.array(fc.nat(60)), fc.boolean(), (parts, cuts, isDotted) => {
        const whole = parts.join('');
        const expected = model(whole, isDotted);
        const at = [0, ...cuts.map(cut => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
        const chunks = at.slice(1).map((end, i) => whole.slice(at[i], end));
        const { text, used, reader } = read(isDotted ? 'dotted' : 'counted', ...chunks);
        assert.equal(reader.hasFalseEnd, expected.hasFalseEnd);
        assert.equal(used, expected.used);
        assert.equal(reader.notes.bareNewlines, expected.bareNewlines);
        // What a refused message would have been does not matter.
        if (!reader.hasFalseEnd) {
          assert.equal(text, expected.text);
          assert.equal(reader.sizeBytes, text.length);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
