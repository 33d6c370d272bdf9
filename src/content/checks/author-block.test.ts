// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbols } from '../letter.suite.ts';
import authorBlock from './author-block.ts';

const having = (from: string, ...list: readonly string[]) =>
  symbols(authorBlock, `From: ${from}\n\nHello\n`, { settings: { list } });

describe('author block', () => {
  it('knows authors by address and by domain, and needs no proof', async () => {
    deepEqual(await having('Eve <eve@example.net>', 'Eve@example.net'), ['AUTHOR_BLOCKED']);
    deepEqual(await having('Eve <eve@sub.example.net>', '.example.net'), ['AUTHOR_BLOCKED']);
    deepEqual(await having('alice@example.org, eve@example.net', 'example.net'), ['AUTHOR_BLOCKED']);
  });

  it('leaves others alone', async () => {
    deepEqual(await having('alice@example.org', 'example.net', 'bob@example.org'), []);
    deepEqual(await having('"eve@example.net" <alice@example.org>', 'example.net'), []);
  });
});
