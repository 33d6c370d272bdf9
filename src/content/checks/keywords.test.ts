// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, throws } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { section } from '../../check/section.ts';
import { ask, symbols } from '../letter.suite.ts';
import keywords from './keywords.ts';

const letter = (subject: string, body = 'Hello') =>
  `From: alice@example.org\nSubject: ${subject}\nContent-Type: text/plain; charset=utf-8\n\n${body}\n`;
const settings = (words: Readonly<Record<string, number>>, more: object = {}) => ({ settings: { words, ...more } });

describe('keywords', () => {
  it('finds the words of the configuration in subject and text, with their points', async () => {
    const words = { $: 0.2, Viagra: 1.5 };
    deepEqual(await ask(keywords, letter('VIAGRA', 'only $5'), settings(words)), [
      'KEYWORD_U24: Subject or text has “$”.',
      'KEYWORD_VIAGRA: Subject or text has “Viagra”.',
    ]);
    deepEqual(keywords.catalogue(section(keywords).parse({ words }) as never)['KEYWORD_U24']?.weight, 0.2);
  });

  it('sees through disguises', async () => {
    for (const disguise of ['ＶＩＡＧＲＡ', 'Vi\u200bagra', 'Vіagrа'])
      deepEqual(await symbols(keywords, letter('x', disguise), settings({ viagra: 1 })), ['KEYWORD_VIAGRA'], disguise);
  });

  it('takes Latin words whole, and Japanese ones anywhere', async () => {
    deepEqual(await symbols(keywords, letter('x', 'a specialist'), settings({ cialis: 1 })), []);
    deepEqual(await symbols(keywords, letter('x', 'cialis, cheap'), settings({ cialis: 1 })), ['KEYWORD_CIALIS']);
    deepEqual(await symbols(keywords, letter('x', '今なら完全無料です'), settings({ 無料: 1 })), [
      'KEYWORD_U7121U6599',
    ]);
  });

  it('counts a word once, and all of them together no more than the limit', async () => {
    const words = { aa: 2, bb: 2, cc: 2 };
    deepEqual(await symbols(keywords, letter('x', 'aa aa aa'), settings(words)), ['KEYWORD_AA']);
    deepEqual(await symbols(keywords, letter('x', 'aa bb cc'), settings(words)), [
      'KEYWORD_AA 0.5',
      'KEYWORD_BB 0.5',
      'KEYWORD_CC 0.5',
    ]);
    deepEqual(await symbols(keywords, letter('x', 'aa bb'), settings(words, { most: 4 })), [
      'KEYWORD_AA',
      'KEYWORD_BB',
    ]);
  });

  it('gives every word a symbol of its own', () => {
    const { words } = section(keywords).parse({ words: { 'a b': 1, a_b: 1, 'a-b': 1 } }) as unknown as {
      words: { list: readonly { symbol: string }[] };
    };
    deepEqual(
      words.list.map(({ symbol }) => symbol),
      ['KEYWORD_A_B', 'KEYWORD_A_B_2', 'KEYWORD_A_B_3'],
    );
  });

  it('refuses words that are nothing once folded', () => {
    for (const word of ['', ' ', '\u200b']) throws(() => section(keywords).parse({ words: { [word]: 1 } }));
  });

  it('has a short list of its own, which may be emptied', async () => {
    equal((await symbols(keywords, letter('Buy viagra now'))).length, 1);
    deepEqual(await symbols(keywords, letter('Buy viagra now'), settings({})), []);
  });
});
