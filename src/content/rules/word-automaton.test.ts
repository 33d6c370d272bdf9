// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { it } from 'node:test';
import { seededRandom } from '../../core/random.ts';
import { WordAutomaton } from './word-automaton.ts';

function found(words: readonly string[], text: string): readonly number[] {
  const octets = Buffer.from(text, 'latin1');
  const hits: number[] = [];
  new WordAutomaton(words).find(octets, octets.length, word => hits.push(word));
  return hits.sort((a, b) => a - b);
}

it('finds words in words, in capital letters too, those of Latin-1 among them', () => {
  deepEqual(found(['she', 'he', 'hers', 'caf\xe9', '\xd7'], 'USHERS CAF\xc9 \xf7'), [0, 1, 2, 3]);
  deepEqual(found(['a'], ''), []);
  deepEqual(found(['', 'b'], 'abc'), [1]);
  deepEqual(found([], 'abc'), []);
});

it('finds what a search for each word finds', () => {
  const random = seededRandom(1);
  const draw = (longest: number): string =>
    Array.from({ length: 1 + Math.floor(random.next() * longest) }, () => 'abAB'[Math.floor(random.next() * 4)]).join(
      '',
    );
  for (let round = 0; round < 200; round++) {
    const words = [...new Set(Array.from({ length: 6 }, () => draw(4).toLowerCase()))];
    const text = draw(30);
    const small = text.toLowerCase();
    const places = (word: string): number => Array.from(small).filter((_, i) => small.startsWith(word, i)).length;
    deepEqual(
      found(words, text),
      words.flatMap((word, i) => Array.from({ length: places(word) }, () => i)),
    );
  }
});
