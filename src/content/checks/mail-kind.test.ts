// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ask, symbols } from '../letter.suite.ts';
import mailKind from './mail-kind.ts';

const letter = (subject: string, text: string) =>
  `From: Alice <alice@example.org>\nTo: bob@example.com\nSubject: ${subject}\n\n${text}\n`;

describe('mail-kind', () => {
  it('says of what kind a message is, and weighs nothing', async () => {
    deepEqual(await ask(mailKind, letter('Watches', 'Replica watches, 70% off')), [
      'MAIL_KIND: Of its kind it is: advertising.',
    ]);
    deepEqual(await symbols(mailKind, letter('Account', 'Please confirm your account password')), ['MAIL_KIND']);
  });

  it('says nothing of a letter of no kind', async () => {
    deepEqual(await symbols(mailKind, letter('Lunch', 'On Tuesday, as always?')), []);
  });
});
