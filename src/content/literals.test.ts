// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Literals } from './literals.ts';

function hits(words: readonly string[], text: string): string[] {
  const found: string[] = [];
  new Literals(words).find(text, (word, end) => found.push(`${word}@${end}`));
  return found.sort();
}

describe('literals', () => {
  it('finds words inside and after each other', () => {
    deepEqual(hits(['he', 'she', 'his', 'hers'], 'ushers'), ['0@4', '1@4', '3@6']);
    deepEqual(hits(['無料', '料金'], 'ご利用は無料金額'), ['0@6', '1@7']);
  });

  it('finds nothing for an empty list, and never the empty word', () => {
    deepEqual(hits([], 'text'), []);
    deepEqual(hits([''], 'text'), []);
  });

  it('finds exactly what a search for each word finds', () => {
    const short = fc.string({ unit: fc.constantFrom('a', 'b', 'あ'), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.uniqueArray(short, { maxLength: 8 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'あ', 'x'), maxLength: 40 }),
        (words, text) => {
          const expected = words.flatMap((word, index) =>
            Array.from(text, (_, at) => (text.startsWith(word, at) ? `${index}@${at + word.length}` : '')).filter(
              Boolean,
            ),
          );
          deepEqual(hits(words, text), expected.sort());
        },
      ),
    );
  });
});
