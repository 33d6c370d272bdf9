// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbols } from '../letter.suite.ts';
import priority from './priority.ts';

const having = (field: string) => symbols(priority, `From: alice@example.org\n${field}\n\nHello\n`);

describe('priority', () => {
  it('knows the four ways to say urgent', async () => {
    for (const field of [
      'X-Priority: 1',
      'X-Priority: 2 (High)',
      'X-MSMail-Priority: High',
      'Importance: high',
      'Priority: urgent',
    ])
      deepEqual(await having(field), ['PRIORITY_HIGH'], field);
  });

  it('is content with normal and low', async () => {
    for (const field of ['X-Priority: 3', 'X-Priority: 10', 'Importance: normal', 'Priority: non-urgent'])
      deepEqual(await having(field), [], field);
  });
});
