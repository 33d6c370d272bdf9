// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbols } from '../letter.suite.ts';
import thread from './thread.ts';

const having = (header: string, body: string) => symbols(thread, `From: alice@example.org\n${header}\n${body}\n`);

describe('thread', () => {
  it('speaks for an answer that quotes', async () => {
    deepEqual(await having('In-Reply-To: <1@example.com>\n', 'You wrote:\n> Lunch?\nYes.'), ['THREAD_ANSWER']);
    deepEqual(await having('References: <1@example.com>\n', '> Lunch?\nYes.'), ['THREAD_ANSWER']);
  });

  it('wants both', async () => {
    deepEqual(await having('In-Reply-To: <1@example.com>\n', 'Yes.'), []);
    deepEqual(await having('', '> Lunch?\nYes.'), []);
    deepEqual(await having('In-Reply-To: your letter\n', '> Lunch?\nYes.'), []);
  });
});
