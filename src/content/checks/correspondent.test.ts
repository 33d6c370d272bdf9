// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk, type DeskOptions } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { memorySentStore } from '../../store/sent/memory.ts';
import { memoryDirectoryStore } from '../../store/directory/memory.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import correspondents from '../facts/correspondents.ts';
import correspondent from './correspondent.ts';

type Spf = NonNullable<NonNullable<DeskOptions['facts']>['spf']>;
const pass: Spf = { result: 'pass', identity: 'mailfrom', domain: 'example.com' };

async function found({
  from = 'Alice <alice@example.com>',
  spf = pass,
  to = 'bob@example.jp',
  answersUs = false,
} = {}): Promise<readonly string[]> {
  const sent = memorySentStore();
  sent.append({
    sender: 'bob@example.jp',
    recipients: ['alice@example.com'],
    messageId: '<1@example.jp>',
    day: '2026-01-02',
  });
  const directory = memoryDirectoryStore();
  await directory.putDomain({ name: 'example.jp', transport: { kind: 'maildir' }, verifiesAtNextHop: false });
  for (const local of ['bob', 'carol']) await directory.putMailbox({ address: { local, domain: 'example.jp' } });
  await directory.putAlias({
    address: { local: 'sales', domain: 'example.jp' },
    targets: [{ local: 'bob', domain: 'example.jp' }],
    keepsCopy: false,
  });
  const set = (name: string, value: unknown) => ({
    name,
    scope: 'message' as const,
    summary: { en: 'Set by a test.', ja: '試験で与えた値。' },
    needs: [],
    deadlineMs: 1_000,
    read: () => value,
  });
  const seated = desk(
    correspondent,
    {},
    {
      measure: [
        correspondents,
        set('mime', parseMessage(Buffer.from(`From: ${from}\r\nSubject: x\r\n\r\nx\r\n`))),
        set('spf', spf),
        set('dkim', []),
        set('conversation', { answersUs }),
      ],
      services: { sent, directory },
    },
  );
  const [local = '', domain = ''] = to.split('@');
  const recipient = { address: { local, domain } };
  const symbols = await seated.ask({
    client: clientAt('192.0.2.1', 25),
    recipient,
    envelope: { recipients: [recipient] },
  });
  return symbols.map(text => text.split(':')[0] ?? '');
}

describe('mail of a proven author', () => {
  it('is credited to the recipient who has written to it', async () => {
    assert.deepEqual(await found(), ['CORRESPONDENT_WRITTEN_TO']);
    assert.deepEqual(await found({ to: 'carol@example.jp' }), []);
  });

  it('is credited at an alias of who has written', async () => {
    assert.deepEqual(await found({ to: 'sales@example.jp' }), ['CORRESPONDENT_WRITTEN_TO']);
  });

  it('is credited when it answers us', async () => {
    assert.deepEqual(await found({ to: 'carol@example.jp', answersUs: true }), ['CORRESPONDENT_ANSWERS']);
  });
});

describe('mail of an author who is not proven', () => {
  it('is credited nothing, whoever it says to be', async () => {
    assert.deepEqual(await found({ spf: { ...pass, result: 'fail' }, answersUs: true }), []);
    assert.deepEqual(await found({ spf: { ...pass, domain: 'other.example' }, answersUs: true }), []);
    assert.deepEqual(await found({ spf: { ...pass, passesAnyone: true }, answersUs: true }), []);
  });

  it('is credited nothing where several could be the author', async () => {
    assert.deepEqual(await found({ from: 'alice@example.com, mallory@example.com' }), []);
  });
});
