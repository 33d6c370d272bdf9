// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { harmless, harmlessJson, harmlessLines } from './harmless.ts';

/** Any text, with what steers terminals and readers made likely. */
const strangers = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\u001b[2J',
        '\u009b31m',
        '\u202e',
        '\u2066',
        '\u061c',
        '\u200f',
        '\ufeff',
        '\u2028',
        '\r\n',
        '\u{e0041}',
        '\ud800',
        '\b',
        '\u007f',
      ),
    ),
  )
  .map(pieces => pieces.join(''));
const steering = /[\p{Cc}\p{Bidi_Control}\u2028\u2029\u{e0000}-\u{e007f}\p{Cs}]/u;

describe('harmless text', () => {
  it('holds nothing that steers a terminal, turns the order of reading or begins a line', () => {
    fc.assert(fc.property(strangers, text => !steering.test(harmless(text))));
  });

  it('is the same text where there was nothing to fear', () => {
    for (const text of ['Grüße, 山田太郎 <taro@例え.jp>', 'مرحبا', 'می\u200cخواهم', '👩\u200d💻'])
      assert.equal(harmless(text), text);
    fc.assert(fc.property(strangers, text => harmless(harmless(text)) === harmless(text)));
  });

  it('keeps the line ends of our own lines, and nothing else', () => {
    assert.equal(harmlessLines('a\tb\nc\r\u001b[0m\n'), 'a\tb\nc··[0m\n');
    fc.assert(fc.property(strangers, text => !steering.test(harmlessLines(text).replace(/[\n\t]/g, ''))));
  });

  it('says the same in JSON', () => {
    fc.assert(
      fc.property(strangers, text => {
        const json = harmlessJson(JSON.stringify({ text }, null, 2));
        assert.doesNotMatch(json.replaceAll('\n', ''), steering);
        assert.deepEqual(JSON.parse(json), { text });
      }),
    );
  });
});
