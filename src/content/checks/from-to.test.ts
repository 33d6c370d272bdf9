// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbols } from '../letter.suite.ts';
import fromTo from './from-to.ts';

const letter = (to: string, more = '') => `From: Bob <bob@example.com>\nTo: ${to}\n${more}\nHello\n`;

describe('from = to', () => {
  it('sees an author who writes to himself', async () => {
    deepEqual(await symbols(fromTo, letter('bob@EXAMPLE.com')), ['FROM_IS_TO']);
  });

  it('says nothing when others are addressed too', async () => {
    deepEqual(await symbols(fromTo, letter('bob@example.com, carol@example.com')), []);
    deepEqual(await symbols(fromTo, letter('carol@example.com')), []);
  });

  it('leaves our own senders their notes to themselves', async () => {
    deepEqual(await symbols(fromTo, letter('bob@example.com'), { isOurs: true }), []);
  });

  it('weighs next to nothing on a list', async () => {
    deepEqual(await symbols(fromTo, letter('bob@example.com', 'List-Id: <l.example.com>\n')), ['FROM_IS_TO 0.1']);
  });
});
