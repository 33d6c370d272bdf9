// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { memoryDirectoryStore } from '../../store/directory/memory.ts';
import destination from '../facts/destination.ts';
import type { NextHop } from '../next-hop.ts';
import recipient from './recipient.ts';

const here = { kind: 'maildir' } as const;
const behind = { kind: 'smtp', host: '127.0.0.1', port: 2526 } as const;

async function symbols(local: string, domain: string, { isOurs = false } = {}) {
  const directory = memoryDirectoryStore();
  await directory.putDomain({ name: 'example.com', transport: here, verifiesAtNextHop: false });
  await directory.putMailbox({ address: { local: 'bob', domain: 'example.com' } });
  await directory.putMailbox({ address: { local: '100%', domain: 'example.com' } });
  await directory.putMailbox({ address: { local: 'a!b', domain: 'example.com' } });
  await directory.putDomain({ name: 'all.example', transport: here, verifiesAtNextHop: false });
  await directory.putMailbox({ address: { local: 'carol', domain: 'all.example' } });
  await directory.putAlias({
    address: { local: '*', domain: 'all.example' },
    targets: [{ local: 'carol', domain: 'all.example' }],
    keepsCopy: false,
  });
  await directory.putDomain({ name: 'behind.example', transport: behind, verifiesAtNextHop: true });
  const asked: string[] = [];
  const nextHop: NextHop = {
    async verify(_, address) {
      asked.push(address.local);
      return address.local === 'slow' ? 'unavailable' : address.local === 'bob' ? 'exists' : 'unknown';
    },
  };
  const seat = desk(recipient, {}, { measure: [destination], services: { directory, nextHop } });
  const found = await seat.ask({
    client: clientAt('192.0.2.7', 4711, isOurs),
    recipient: { address: { local, domain } },
  });
  return { found: found.map(line => line.split(':')[0]), asked };
}

describe('recipient', () => {
  it('takes mail for those who are here', async () => {
    deepEqual((await symbols('bob', 'example.com')).found, []);
    deepEqual((await symbols('anyone', 'all.example')).found, []);
  });

  it('knows who is not here', async () => {
    deepEqual((await symbols('eve', 'example.com')).found, ['RECIPIENT_UNKNOWN']);
  });

  it('asks the next hop, and defers while it is silent', async () => {
    deepEqual((await symbols('bob', 'behind.example')).found, []);
    deepEqual((await symbols('eve', 'behind.example')).found, ['RECIPIENT_UNKNOWN']);
    deepEqual((await symbols('slow', 'behind.example')).found, ['RECIPIENT_UNVERIFIED']);
  });

  it('relays for our own senders only', async () => {
    deepEqual((await symbols('bob', 'example.net')).found, ['RELAY_REFUSED']);
    deepEqual((await symbols('bob', 'example.net', { isOurs: true })).found, []);
  });

  it('sees through relay disguises, and shows none to the next hop or a catch-all', async () => {
    const disguises = ['a%example.net', 'example.net!a', 'a@example.net', 'a%b%example.net', '@x:a@example.net'];
    for (const domain of ['example.com', 'all.example', 'behind.example']) {
      for (const local of disguises) {
        const { found, asked } = await symbols(local, domain);
        deepEqual(found, ['RELAY_REFUSED'], `${local} at ${domain}`);
        equal(asked.length, 0);
      }
    }
  });

  it('takes mail for a mailbox that is really called so', async () => {
    deepEqual((await symbols('100%', 'example.com')).found, []);
    deepEqual((await symbols('a!b', 'example.com')).found, []);
  });
});
