// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbols } from '../letter.suite.ts';
import listTraits from './list-traits.ts';

const having = (header: string) => symbols(listTraits, `From: alice@example.org\n${header}\nHello\n`);
const whole = 'List-Id: <l.example.org>\nList-Post: <mailto:l@example.org>\nList-Unsubscribe: <mailto:u@example.org>\n';

describe('list traits', () => {
  it('speaks for the whole set of a list', async () => {
    deepEqual(await having(whole), ['LIST_COMPLETE']);
    deepEqual(await having(`${whole}Precedence: bulk\n`), ['LIST_COMPLETE']);
    deepEqual(await having('List-Id: <l.example.org>\n'), []);
  });

  it('notes mass mail that is no list', async () => {
    deepEqual(await having('Precedence: bulk\n'), ['LIST_BULK']);
    deepEqual(await having('Precedence: list\n'), []);
    deepEqual(await having('Precedence: bulk\nList-Unsubscribe: <mailto:u@example.org>\n'), []);
  });
});
