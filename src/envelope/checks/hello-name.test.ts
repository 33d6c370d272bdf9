// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { memoryDirectoryStore } from '../../store/directory/memory.ts';
import helloName from './hello-name.ts';

async function symbols(name: string, settings: object = {}, { ip = '192.0.2.7', isOurs = false } = {}) {
  const directory = memoryDirectoryStore();
  await directory.putDomain({ name: 'example.com', transport: { kind: 'maildir' }, verifiesAtNextHop: false });
  const self = { name: 'mx.example.com', addresses: ['203.0.113.1', '10.0.0.1'] };
  const seat = desk(helloName, { ...settings }, { services: { self, directory } });
  const found = await seat.ask({ client: clientAt(ip, 4711, isOurs), hello: { verb: 'EHLO', name }, tls: undefined });
  return found.map(line => line.split(':')[0]);
}

describe('hello name', () => {
  it('is content with a full name, of any length DNS allows', async () => {
    for (const name of ['mail.example.org', 'MAIL.example.org.', 'a-1.example', `${'a'.repeat(63)}.example`])
      deepEqual(await symbols(name), []);
  });

  it('catches a stranger that claims to be us', async () => {
    deepEqual(await symbols('MX.example.com'), ['HELLO_OWN_NAME']);
    deepEqual(await symbols('[203.0.113.1]'), ['HELLO_OWN_NAME']);
    deepEqual(await symbols('example.com'), ['HELLO_OWN_DOMAIN']);
    deepEqual(await symbols('other.example.com'), []);
  });

  it('lets programs of this machine greet with its name', async () => {
    for (const ip of ['127.0.0.1', '127.8.8.8', '::1', '203.0.113.1'])
      deepEqual(await symbols('mx.example.com', {}, { ip }), []);
  });

  it('takes a private address of ours for anybody’s', async () => {
    deepEqual(await symbols('[10.0.0.1]'), ['HELLO_LITERAL_PRIVATE']);
  });

  it('accepts the client’s own address in brackets', async () => {
    deepEqual(await symbols('[192.0.2.7]'), []);
    deepEqual(await symbols('[IPv6:2001:DB8:0::1]', {}, { ip: '2001:db8::1' }), []);
  });

  it('notes addresses that are not the client’s, and missing brackets', async () => {
    deepEqual(await symbols('[198.51.100.1]'), ['HELLO_LITERAL_FOREIGN']);
    deepEqual(await symbols('[192.168.1.5]'), ['HELLO_LITERAL_PRIVATE']);
    deepEqual(await symbols('192.0.2.7'), ['HELLO_LITERAL_BARE']);
    deepEqual(await symbols('198.51.100.1'), ['HELLO_LITERAL_FOREIGN', 'HELLO_LITERAL_BARE']);
  });

  it('notes what is no name', async () => {
    for (const name of [
      '',
      '[192.0.2.256]',
      '[',
      'a b',
      '-a.example',
      'a..example',
      `${'a'.repeat(64)}.example`,
      '1.2.3',
    ])
      deepEqual(await symbols(name), ['HELLO_SYNTAX'], name);
  });

  it('only mentions a bare word and an underscore', async () => {
    deepEqual(await symbols('printer'), ['HELLO_UNQUALIFIED']);
    deepEqual(await symbols('my_host.example.org'), ['HELLO_UNDERSCORE']);
    deepEqual(await symbols('localhost.localdomain'), ['HELLO_LOCALHOST']);
  });

  it('blocks by name, with and without what lies under it', async () => {
    deepEqual(await symbols('Bad.example.net', { block: ['bad.example.net'] }), ['HELLO_BLOCKED']);
    deepEqual(await symbols('x.bad.example.net', { block: ['bad.example.net'] }), []);
    deepEqual(await symbols('x.bad.example.net', { block: ['.bad.example.net'] }), ['HELLO_BLOCKED']);
  });

  it('does not look at our own clients, nor at excused ones', async () => {
    deepEqual(await symbols('mx.example.com', {}, { isOurs: true }), []);
    deepEqual(await symbols('printer', { excuse: ['192.0.2.0/24'] }), []);
  });
});
