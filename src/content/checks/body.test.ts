// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbols } from '../letter.suite.ts';
import body from './body.ts';

const having = (text: string, header = '') => symbols(body, `From: alice@example.org\n${header}\n${text}\n`);

describe('body', () => {
  it('is content with a few words', async () => {
    deepEqual(await having('Yes.'), []);
    deepEqual(await having('See https://example.org/ for what we talked about last week.'), []);
  });

  it('misses a text when there is nothing else either', async () => {
    deepEqual(await having(''), ['BODY_EMPTY']);
    deepEqual(await having('x', 'Content-Type: application/pdf\n'), []);
  });

  it('sees a message that is only a link', async () => {
    deepEqual(await having('look! http://example.net/x'), ['BODY_ONLY_LINK']);
  });

  it('sees a code at the end that makes each copy another', async () => {
    deepEqual(await having('Buy it now.\n\n7384xKrQ9-112'), ['BODY_CODE_TAIL']);
    for (const end of ['Congratulations', '0123456789', 'well-deserved', 'ref 1234567x'])
      deepEqual(await having(`Yes.\n${end}`), [], end);
  });

  it('hears shouting in half of two hundred letters or more', async () => {
    deepEqual(await having('A'.repeat(99)), []);
    deepEqual(await having('Aa '.repeat(99)), []);
    deepEqual(await having('Aa '.repeat(100)), ['BODY_CAPITALS']);
    deepEqual(await having(`${'Aa '.repeat(100)}aaaa`), []);
  });
});
