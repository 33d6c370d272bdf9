// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeWords } from './words.ts';
import { encodeWords } from './encode-words.ts';

describe('encode words', () => {
  it('writes text that reads as it was, in words of 75 signs at most', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), text => {
        const written = encodeWords(text);
        assert.match(written, /^[\x20-\x7e]*(\r\n [\x20-\x7e]+)*$/);
        for (const word of written.split('\r\n ')) if (word.startsWith('=?')) assert.ok(word.length <= 75, word);
        assert.equal(decodeWords(written), text);
      }),
    );
  });
});
