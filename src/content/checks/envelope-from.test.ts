// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ask, symbols } from '../letter.suite.ts';
import envelopeFrom from './envelope-from.ts';

const letter = (more = '') => `From: alice@example.org\n${more}\nHello\n`;

describe('envelope from', () => {
  it('is content with the same domain, or one of the same hands', async () => {
    deepEqual(await symbols(envelopeFrom, letter(), { sender: 'alice@example.org' }), []);
    deepEqual(await symbols(envelopeFrom, letter(), { sender: 'bounce-17@mail.example.org' }), []);
    deepEqual(await symbols(envelopeFrom, letter('Sender: x@example.net\n'), { sender: 'x@example.net' }), []);
  });

  it('names both when they differ', async () => {
    deepEqual(await ask(envelopeFrom, letter(), { sender: 'eve@example.net' }), [
      'ENVELOPE_FROM_DIFFERS: It was sent from example.net, but From says example.org.',
    ]);
  });

  it('says nothing of bounces and of our own senders', async () => {
    deepEqual(await symbols(envelopeFrom, letter(), { sender: '' }), []);
    deepEqual(await symbols(envelopeFrom, letter(), { sender: 'eve@example.net', isOurs: true }), []);
  });

  it('weighs next to nothing on lists and after forwarding', async () => {
    for (const more of ['List-Id: <l.example.net>\n', 'Resent-From: carol@example.net\n'])
      deepEqual(await symbols(envelopeFrom, letter(more), { sender: 'l@example.net' }), ['ENVELOPE_FROM_DIFFERS 0.05']);
  });
});
