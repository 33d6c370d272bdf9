// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { beginningsOf, placesOf } from './beginnings.ts';
import { Classes } from './classes.ts';
import { parseExpression, translate } from './translate.ts';

const classes = new Classes('latin1');

function beginnings(pattern: string, flags = ''): readonly string[] | undefined {
  return beginningsOf(parseExpression({ pattern, flags }, classes).root)?.toSorted();
}

describe('beginnings', () => {
  it('are what each match begins with, in lower case', () => {
    deepEqual(beginnings(String.raw`\b(?:Send|mail) .{0,40}to`), ['mail ', 'send ']);
    deepEqual(beginnings('colou?rs?x*', 'i'), ['color', 'colors', 'colour', 'colours']);
    deepEqual(beginnings('(?:ab){1,9}c'), ['ab']);
  });

  it('are none where a match may begin with nearly anything, or a look goes deep first', () => {
    equal(beginnings(String.raw`\w+send`), undefined);
    equal(beginnings('send|.*'), undefined);
    equal(beginnings('(?:send)?.{0,9}to'), undefined);
    equal(beginnings('(?=.*x)send'), undefined);
  });

  it('stand at the beginning of every match', () => {
    const piece = fc.constantFrom(
      'ab',
      'A',
      'b+',
      '(?:a|bc)',
      'c?',
      '(?:ab){2}',
      '[ab]',
      String.raw`\b`,
      '.{0,3}',
      'x*',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 5 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', 'x', ' '), maxLength: 30 }),
        (pieces, text) => {
          const pattern = pieces.join('');
          const known = beginnings(pattern, 'i');
          const translation = translate({ pattern, flags: 'i' }, 'latin1');
          if (!known || 'reason' in translation) return;
          const match = new RegExp(translation.regex.source, translation.regex.flags).exec(text);
          if (match) ok(known.some(word => text.toLowerCase().startsWith(word, match.index)));
        },
      ),
    );
  });

  it('are counted in a text, up to a limit', () => {
    equal(placesOf(['ab', 'b'], 'abab', 9), 4);
    equal(placesOf(['ab', 'b'], 'abab', 3), 3);
  });
});
