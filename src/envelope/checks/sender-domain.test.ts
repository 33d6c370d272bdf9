// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import type { Address } from '../../core/address.ts';
import { clientAt } from '../../core/client.ts';
import type { Dns } from '../../core/dns.ts';
import { zoneDns } from '../../net/zone-dns.ts';
import senderDomainFact from '../facts/sender-domain.ts';
import senderDomain from './sender-domain.ts';

const zone = zoneDns({
  'mx.example.org': { MX: '10 mail.example.org' },
  'host.example.org': { A: '192.0.2.1' },
  'six.example.org': { AAAA: '2001:db8::1' },
  'null.example.org': { MX: '0 .' },
  'text.example.org': { TXT: 'nothing else' },
  'ill.example.org': { fails: 'SERVFAIL' },
});

function ask(domain: string | null, { dns = zone, isOurs = false }: { dns?: Dns; isOurs?: boolean } = {}) {
  const address: Address | null = domain === null ? null : { local: 'alice', domain };
  const seat = desk(senderDomain, {}, { measure: [senderDomainFact], services: { dns } });
  return seat.ask({
    client: clientAt('192.0.2.7', 4711, isOurs),
    sender: { address, body: '7BIT', isSmtpUtf8: false },
  });
}

describe('sender domain', () => {
  it('is content with a mail server or an address', async () => {
    for (const domain of ['mx.example.org', 'host.example.org', 'six.example.org']) deepEqual(await ask(domain), []);
  });

  it('names a domain that does not exist', async () => {
    deepEqual(await ask('gone.example'), [
      'SENDER_DOMAIN_MISSING: The domain of the sender, gone.example, does not exist.',
    ]);
  });

  it('tells a name without mail server from one that does not exist', async () => {
    deepEqual(await ask('text.example.org'), [
      'SENDER_DOMAIN_UNREACHABLE: The domain of the sender, text.example.org, has no mail server.',
    ]);
  });

  it('knows the null MX', async () => {
    deepEqual(await ask('null.example.org'), [
      'SENDER_DOMAIN_NO_MAIL: The domain of the sender, null.example.org, declares that it takes no mail (null MX).',
    ]);
  });

  it('asks nothing of bounces, address literals and a postmaster without domain', async () => {
    deepEqual(await ask(null), []);
    deepEqual(await ask('[192.0.2.1]'), []);
    deepEqual(await ask(''), []);
  });

  it('blames nobody when DNS does not answer', async () => {
    deepEqual(await ask('ill.example.org'), ['unavailable: senderDomain: dns-unavailable: SERVFAIL']);
  });

  it('says the same when every answer has to be waited for', async () => {
    const dns: Dns = { ask: (name, type) => zone.ask(name, type), cached: () => undefined };
    for (const domain of ['mx', 'six', 'text', 'null', 'ill'])
      deepEqual(await ask(`${domain}.example.org`, { dns }), await ask(`${domain}.example.org`));
  });

  it('leaves our own senders alone', async () => {
    deepEqual(await ask('gone.example', { isOurs: true }), []);
  });
});
