// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { messageOf } from '../../core/message.ts';
import { memorySentStore } from '../../store/sent/memory.ts';
import conversationFact from '../facts/conversation.ts';
import mime from '../facts/mime.ts';
import conversation from './conversation.ts';

async function symbols(header: string) {
  const sent = memorySentStore();
  sent.append({
    sender: 'bob@example.com',
    recipients: ['alice@example.org'],
    messageId: '<1@example.com>',
    day: '2026-01-01',
  });
  await sent.flush();
  const seat = desk(conversation, {}, { measure: [mime, conversationFact], services: { sent } });
  const message = messageOf(Buffer.from(`From: alice@example.org\r\n${header}\r\nYes.\r\n`));
  return (await seat.ask({ message })).map(line => line.split(':')[0]);
}

describe('conversation', () => {
  it('knows an answer to something sent from here', async () => {
    deepEqual(await symbols('In-Reply-To: <1@example.com>\r\n'), ['ANSWERS_US']);
    deepEqual(await symbols('References: <0@example.org>\r\n <1@example.com> <2@example.org>\r\n'), ['ANSWERS_US']);
  });

  it('knows nothing of others', async () => {
    deepEqual(await symbols('In-Reply-To: <2@example.com>\r\n'), []);
    deepEqual(await symbols(''), []);
  });

  it('asks only for the last eight of a long thread', async () => {
    const others = (count: number) => Array.from({ length: count }, (_, i) => ` <x${i}@example.org>\r\n`).join('');
    deepEqual(await symbols(`References: <1@example.com>\r\n${others(7)}`), ['ANSWERS_US']);
    deepEqual(await symbols(`References: <1@example.com>\r\n${others(8)}`), []);
  });
});
