// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ask, symbols } from '../letter.suite.ts';
import longWords from './long-words.ts';

const letter = (body: string) => `From: alice@example.org\n\n${body}\n`;
const word = (letters: number) => 'abcdefghij'.repeat(10).slice(0, letters);

describe('long words', () => {
  it('counts words of 24 letters or more, from two on', async () => {
    deepEqual(await symbols(longWords, letter(`${word(23)} ${word(23)}`)), []);
    deepEqual(await symbols(longWords, letter(`${word(24)}, and more`)), []);
    deepEqual(await ask(longWords, letter(`${word(24)} (${word(25)}).`)), [
      'LONG_WORDS: The text has 2 words of 24 letters or more.',
    ]);
  });

  it('does not take addresses, paths and codes for words', async () => {
    for (const text of [
      `http://example.org/${word(30)}/${word(30)}`,
      `${word(30)}@example.org ${word(30)}=1`,
      `${word(30)}1 2${word(30)}`,
    ])
      deepEqual(await symbols(longWords, letter(text)), [], text);
  });

  it('does not take names of programs for words', async () => {
    deepEqual(
      await symbols(longWords, letter('AbstractSingletonProxyFactoryBean, InternalFrameTitlePaneMaximize')),
      [],
    );
  });

  it('can be set', async () => {
    const settings = { letters: 15, words: 1 };
    deepEqual(await symbols(longWords, letter(word(14)), { settings }), []);
    deepEqual(await symbols(longWords, letter(word(15)), { settings }), ['LONG_WORDS']);
  });
});
