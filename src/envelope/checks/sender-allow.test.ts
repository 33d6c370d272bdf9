// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import senderAllow from './sender-allow.ts';

async function symbols(
  result: 'pass' | 'softfail' | 'none' | 'temperror',
  identity: 'mailfrom' | 'helo' = 'mailfrom',
  list = ['example.org'],
  more: { readonly passesAnyone?: true } = {},
) {
  const spf = { result, identity, domain: 'example.org', ...more };
  const sender = { address: { local: 'alice', domain: 'example.org' }, body: '7BIT', isSmtpUtf8: false };
  const seat = desk(senderAllow, { list }, { facts: { spf } });
  return (await seat.ask({ client: clientAt('192.0.2.7', 4711), sender })).map(line => line.split(':')[0]);
}

describe('sender allow', () => {
  it('counts an entry whose domain SPF has proved', async () => {
    deepEqual(await symbols('pass'), ['SENDER_ALLOWED']);
    deepEqual(await symbols('pass', 'mailfrom', ['alice@example.org']), ['SENDER_ALLOWED']);
  });

  it('does not count a name that anyone could have written', async () => {
    for (const result of ['softfail', 'none', 'temperror'] as const)
      deepEqual(await symbols(result), ['SENDER_ALLOW_UNPROVED']);
    deepEqual(await symbols('pass', 'helo'), ['SENDER_ALLOW_UNPROVED']);
    deepEqual(await symbols('pass', 'mailfrom', ['example.org'], { passesAnyone: true }), ['SENDER_ALLOW_UNPROVED']);
  });

  it('says nothing of others', async () => {
    deepEqual(await symbols('pass', 'mailfrom', ['bob@example.org', 'example.net', '.sub.example.org']), []);
  });
});
