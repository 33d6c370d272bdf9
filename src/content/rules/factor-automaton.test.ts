// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { it } from 'node:test';
import { seededRandom } from '../../core/random.ts';
import { FactorAutomaton } from './factor-automaton.ts';

/** `word` in the letters given: each position one set. */
const factorOf = (...sets: readonly string[]) => ({
  sets: sets.map(set =>
    Array.from(set, sign => sign.charCodeAt(0))
      .sort((a, b) => a - b)
      .flatMap(code => [code, code]),
  ),
  first: [0],
  last: [sets.length - 1],
  next: sets.map((_, i) => (i + 1 < sets.length ? [i + 1] : [])),
});

function found(automaton: FactorAutomaton, text: string): readonly number[] {
  const octets = Buffer.from(text, 'latin1');
  const hits = new Set<number>();
  automaton.find(octets, octets.length, factor => hits.add(factor));
  return [...hits].sort((a, b) => a - b);
}

it('finds each factor that occurs, and no other', () => {
  const automaton = new FactorAutomaton([factorOf('Cc', 'r', '3e'), factorOf('r', 'e', 'd'), factorOf('x', 'x')]);
  deepEqual(found(automaton, 'a Cr3dit'), [0]);
  deepEqual(found(automaton, 'credit'), [0, 1]);
  deepEqual(found(automaton, 'xyx'), []);
});

it('takes all for found in a text that leads ever elsewhere, and is right in the next', () => {
  const signs = 'abcdefgh';
  const random = seededRandom(1);
  const word = (): string[] => Array.from({ length: 40 }, () => signs[Math.floor(random.next() * 8)] ?? 'a');
  // Words of two letters a place: what may have begun differs at each step.
  const factors = Array.from({ length: 60 }, () => factorOf(...word().map((sign, i) => sign + (signs[i % 8] ?? ''))));
  const automaton = new FactorAutomaton(factors);
  const text = Array.from({ length: 200 }, () => word().join('')).join('');
  equal(found(automaton, text).length, factors.length);
  deepEqual(found(automaton, 'zzzz'), []);
});
