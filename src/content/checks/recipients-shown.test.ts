// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbols } from '../letter.suite.ts';
import recipientsShown from './recipients-shown.ts';

const having = (header: string, settings = {}) =>
  symbols(recipientsShown, `From: alice@example.org\n${header}\nHello\n`, { settings });
const crowd = (count: number) => `To: ${Array.from({ length: count }, (_, i) => `a${i}@example.com`).join(',\n ')}\n`;

describe('recipients shown', () => {
  it('is content with To, or Cc alone', async () => {
    deepEqual(await having('To: bob@example.com\n'), []);
    deepEqual(await having('Cc: bob@example.com\n'), []);
  });

  it('tells nobody from nobody named', async () => {
    deepEqual(await having(''), ['TO_MISSING']);
    deepEqual(await having('To: undisclosed-recipients:;\n'), ['TO_NO_ADDRESS']);
  });

  it('calls twenty a crowd, or as many as the operator says', async () => {
    deepEqual(await having(crowd(19)), []);
    deepEqual(await having(crowd(20)), ['TO_MANY']);
    deepEqual(await having(crowd(21)), ['TO_MANY']);
    deepEqual(await having(crowd(20), { many: 21 }), []);
  });

  it('leaves lists alone', async () => {
    deepEqual(await having('List-Id: <l.example.org>\n'), []);
  });
});
