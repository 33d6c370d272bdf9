// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ask, symbols } from '../letter.suite.ts';
import displayName from './display-name.ts';

const letter = (from: string, more = '') => `From: ${from}\n${more}\nHello\n`;

describe('display name', () => {
  it('is content with names, and with an address that is the true one', async () => {
    for (const from of [
      'Alice <alice@example.org>',
      '"alice@example.org" <alice@mail.example.org>',
      '"A @ B" <a@example.org>',
    ])
      deepEqual(await symbols(displayName, letter(from)), [], from);
  });

  it('sees a name that shows another address', async () => {
    deepEqual(await ask(displayName, letter('"service@bank.example" <eve@example.net>')), [
      'DISPLAY_NAME_ADDRESS: The author’s name shows an address at bank.example, but the true one is at example.net.',
    ]);
  });

  it('knows lists that put the author into the name', async () => {
    deepEqual(
      await symbols(displayName, letter('"alice@example.org via L" <l@example.net>', 'List-Id: <l.example.net>\n')),
      ['DISPLAY_NAME_ADDRESS 0.05'],
    );
  });
});
