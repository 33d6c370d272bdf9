// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ask, symbols } from '../letter.suite.ts';
import wireLines from './wire-lines.ts';

const letter = 'From: alice@example.org\n\nHello\n';

describe('wire lines', () => {
  it('is content up to 998 octets', async () => {
    deepEqual(await symbols(wireLines, letter, { wire: { longestLine: 997 } }), []);
    deepEqual(await symbols(wireLines, letter, { wire: { longestLine: 998 } }), []);
  });

  it('tells what it saw, with numbers', async () => {
    deepEqual(await ask(wireLines, letter, { wire: { longestLine: 999, bareNewlines: 3, hasNul: true } }), [
      'LINE_TOO_LONG: A line has 999 octets; 998 are allowed.',
      'LINE_BARE_NEWLINE: 3 lines ended with a bare CR or LF.',
      'LINE_NUL: The message has NUL octets.',
    ]);
  });
});
