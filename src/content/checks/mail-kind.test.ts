// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ask } from '../letter.suite.ts';
import type { Kind } from '../../core/kinds.ts';
import mailKind from './mail-kind.ts';

const letter = (subject: string, text: string) =>
  `From: Alice <alice@example.org>\nTo: bob@example.com\nSubject: ${subject}\n\n${text}\n`;
const told = (subject: string, text: string, probability = 0.5, taughtKinds: ReadonlyMap<Kind, number> = new Map()) => {
  const opinion = { probability, hamLearned: 9, spamLearned: 9 };
  const facts = { filterOpinion: { models: { logOdds: 0, ...opinion }, words: opinion }, taughtKinds };
  return ask(mailKind, letter(subject, text), { facts });
};

describe('mail-kind', () => {
  it('says of what kind a message is, and weighs nothing', async () => {
    deepEqual(await told('Watches', 'Replica watches, 70% off'), [
      'KIND_ADVERTISING: Of its kind it seems to be advertising.',
    ]);
    deepEqual(await told('Account', 'Please confirm your account password'), [
      'KIND_PHISHING: Of its kind it seems to be phishing.',
    ]);
  });

  it('says nothing of a letter of no kind', async () => {
    deepEqual(await told('Lunch', 'On Tuesday, as always?'), []);
  });

  it('says nothing of what is surely wanted', async () => {
    deepEqual(await told('Watches', 'Replica watches, 70% off', 0.04), []);
    deepEqual((await told('Watches', 'Replica watches, 70% off', 0.06)).length, 1);
  });

  it('goes by what people taught where no words are known, and where they taught otherwise surely', async () => {
    const isFraud = (weight: number) => new Map<Kind, number>([['fraud', weight]]);
    deepEqual(await told('Lunch', 'On Tuesday, as always?', 0.5, isFraud(0.4)), []);
    deepEqual(await told('Lunch', 'On Tuesday, as always?', 0.5, isFraud(1)), [
      'KIND_FRAUD: Of its kind it seems to be fraud.',
    ]);
    const watches = (weight: number) => told('Watches', 'Replica watches, 70% off', 0.5, isFraud(weight));
    deepEqual(await watches(1), ['KIND_ADVERTISING: Of its kind it seems to be advertising.']);
    deepEqual(await watches(3), ['KIND_FRAUD: Of its kind it seems to be fraud.']);
  });
});
