// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { memoryDirectoryStore } from '../../store/directory/memory.ts';
import destination from '../facts/destination.ts';
import reversal from '../facts/reversal.ts';
import type { NextHop } from '../next-hop.ts';
import type { ReversedAddresses } from '../reversed-addresses.ts';
import recipient from './recipient.ts';

const here = { kind: 'maildir' } as const;
const behind = { kind: 'smtp', host: '127.0.0.1', port: 2526 } as const;

async function symbols(local: string, domain: string, { isOurs = false, isBounce = false } = {}) {
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
  const seat = desk(
    recipient,
    {},
    { measure: [reversal, destination], services: { directory, nextHop, reversedAddresses } },
  );
  const found = await seat.ask({
    client: clientAt('192.0.2.7', 4711, isOurs),
    sender: { address: isBounce ? null : { local: 'dave', domain: 'example.org' }, body: '7BIT', isSmtpUtf8: false },
    recipient: { address: { local, domain } },
  });
  return { found: found.map(line => line.split(':')[0]), asked };
}

/** Knows `SRS0=good` and `prvs=good=…`, and what became of others. */
const reversedAddresses: ReversedAddresses = {
  async read({ local, domain }) {
    const plain = local.startsWith('prvs=') ? { local: local.replace(/^prvs=\w*=/, ''), domain } : undefined;
    const scheme = plain ? 'BATV' : 'SRS';
    if (local.includes('lost')) return { kind: 'unreadable' };
    if (!local.includes('good')) return { kind: local.includes('old') ? 'expired' : 'forged', scheme, plain };
    if (plain) return { kind: 'tagged', plain };
    const to = local.includes('home')
      ? { local: 'eve', domain: 'example.com' }
      : { local: 'alice', domain: 'far.example' };
    return {
      kind: 'forwarded',
      to,
      heldFor: local.includes('held') ? { local: 'bob', domain: 'example.com' } : undefined,
    };
  },
  async plainBounces() {
    return 'doubtful';
  },
};

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

  it('takes bounces at return paths that are ours, and nothing else there', async () => {
    for (const local of ['SRS0=good', 'srs1=good', 'SRS0=good=held']) {
      deepEqual((await symbols(local, 'example.com', { isBounce: true })).found, [], local);
      deepEqual((await symbols(local, 'example.com')).found, ['RETURN_PATH_NO_BOUNCE'], local);
      deepEqual((await symbols(local, 'example.com', { isOurs: true })).found, ['RETURN_PATH_NO_BOUNCE'], local);
    }
  });

  it('refuses return paths that are not ours or too old, also where a catch-all takes everything', async () => {
    for (const domain of ['example.com', 'all.example']) {
      deepEqual((await symbols('SRS0=x', domain, { isBounce: true })).found, ['RETURN_PATH_FORGED']);
      deepEqual((await symbols('SRS0+old', domain, { isBounce: true })).found, ['RETURN_PATH_EXPIRED']);
      deepEqual((await symbols('prvs=x=bob', domain, { isBounce: true })).found, ['RETURN_PATH_FORGED']);
      deepEqual((await symbols('prvs=old=bob', domain, { isBounce: true })).found, ['RETURN_PATH_EXPIRED']);
    }
  });

  it('takes bounces at a tagged address, and letters whatever the tag', async () => {
    deepEqual((await symbols('prvs=good=bob', 'example.com', { isBounce: true })).found, []);
    deepEqual((await symbols('prvs=good=eve', 'example.com', { isBounce: true })).found, ['RECIPIENT_UNKNOWN']);
    for (const local of ['prvs=good=bob', 'prvs=x=bob', 'prvs=old=bob'])
      deepEqual((await symbols(local, 'example.com')).found, []);
    deepEqual((await symbols('prvs=x=eve', 'example.com')).found, ['RECIPIENT_UNKNOWN']);
  });

  it('asks to come again while it cannot be known', async () => {
    deepEqual((await symbols('SRS0=lost', 'example.com', { isBounce: true })).found, ['RECIPIENT_UNVERIFIED']);
  });

  it('leaves to a server behind us what that server may have written', async () => {
    const { found, asked } = await symbols('SRS0=x', 'behind.example', { isBounce: true });
    deepEqual([found, asked], [['RECIPIENT_UNKNOWN'], ['SRS0=x']]);
  });

  it('looks at home for an address that has become ours since', async () => {
    deepEqual((await symbols('SRS0=good=home', 'example.com', { isBounce: true })).found, ['RECIPIENT_UNKNOWN']);
  });
});
