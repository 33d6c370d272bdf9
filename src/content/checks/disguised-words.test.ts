// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbols } from '../letter.suite.ts';
import disguisedWords from './disguised-words.ts';

const having = (body: string) =>
  symbols(disguisedWords, `From: alice@example.org\nContent-Type: text/plain; charset=utf-8\n\n${body}\n`);

describe('disguised words', () => {
  it('sees invisible characters inside words, from three on', async () => {
    deepEqual(await having('che\u200bap lo\u00adans'), []);
    deepEqual(await having('che\u200bap lo\u00adans no\u2060w'), ['WORDS_INVISIBLE_LETTERS']);
  });

  it('sees words of two scripts', async () => {
    deepEqual(await having('сheap lоans nоw'), ['WORDS_MIXED_SCRIPTS']);
    deepEqual(await having('Это обычное письмо about e-mail, α and Ω'), []);
  });

  it('sees letters set apart', async () => {
    deepEqual(await having('v i a g r a, c.i.a.l.i.s and l-o-a-n-s'), ['WORDS_APART']);
    deepEqual(await having('options a b c, U.S.A., e. g. this, I I I'), []);
  });

  it('does not mind Persian, which needs invisible joiners', async () => {
    deepEqual(await having('می\u200cخواهم می\u200cروم می\u200cدانم می\u200cکنم'), []);
  });
});
