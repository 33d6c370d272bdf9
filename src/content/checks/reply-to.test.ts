// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ask, symbols } from '../letter.suite.ts';
import replyTo from './reply-to.ts';

const letter = (reply: string, more = 'To: bob@example.com\n') =>
  `From: Alice <alice@example.org>\nReply-To: ${reply}\n${more}\nHello\n`;

describe('reply-to', () => {
  it('is content with the author’s own domain', async () => {
    deepEqual(await symbols(replyTo, letter('office@mail.example.org')), []);
    deepEqual(await symbols(replyTo, 'From: alice@example.org\n\nHello\n'), []);
  });

  it('names where answers would go', async () => {
    deepEqual(await ask(replyTo, letter('eve@example.net')), [
      'REPLY_TO_ELSEWHERE: Answers would go to example.net, not to example.org.',
    ]);
  });

  it('minds a free mail box more', async () => {
    deepEqual(await symbols(replyTo, letter('alice.liddell@gmail.com')), ['REPLY_TO_FREE_MAIL']);
  });

  it('weighs next to nothing on a list, also on one that only answers to itself', async () => {
    deepEqual(await symbols(replyTo, letter('l@example.net', 'List-Id: <l.example.net>\n')), [
      'REPLY_TO_ELSEWHERE 0.05',
    ]);
    deepEqual(await symbols(replyTo, letter('l@example.net', 'To: l@example.net\n')), ['REPLY_TO_ELSEWHERE 0.05']);
  });
});
