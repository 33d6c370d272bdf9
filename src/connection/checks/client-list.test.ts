// SPDX-License-Identifier: Apache-2.0
import { deepEqual, throws } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { section } from '../../check/section.ts';
import { clientAt } from '../../core/client.ts';
import type { Dns } from '../../core/dns.ts';
import { offlineDns, zoneDns } from '../../net/zone-dns.ts';
import clientList from './client-list.ts';

const dns = zoneDns({
  '1.2.0.192.in-addr.arpa': { PTR: 'mail.example.org' },
  'mail.example.org': { A: '192.0.2.1' },
  '2.2.0.192.in-addr.arpa': { PTR: 'forged.example.org' },
  'forged.example.org': { A: '198.51.100.7' },
});
const ask = (ip: string, settings: object, names: Dns = dns) =>
  desk(clientList, { ...settings }, { services: { dns: names } }).ask({ client: clientAt(ip, 4711) });
const allowed = (entry: string) => [`CLIENT_ALLOWED: The client is on the list of allowed clients (${entry}).`];
const blocked = (entry: string) => [`CLIENT_BLOCKED: The client is on the list of blocked clients (${entry}).`];

describe('client list', () => {
  it('knows addresses and networks, IPv4 in IPv6 too', async () => {
    deepEqual(await ask('192.0.2.1', { allow: ['192.0.2.1'] }), allowed('192.0.2.1'));
    deepEqual(await ask('::ffff:192.0.2.1', { allow: ['192.0.2.1'] }), allowed('192.0.2.1'));
    deepEqual(await ask('192.0.2.255', { block: ['192.0.2.0/24'] }), blocked('192.0.2.0/24'));
    deepEqual(await ask('192.0.3.0', { block: ['192.0.2.0/24'] }), []);
    deepEqual(await ask('2001:db8:1::5', { block: ['2001:db8:1::/48'] }), blocked('2001:db8:1::/48'));
  });

  it('lets a name in only if it leads back to the address', async () => {
    deepEqual(await ask('192.0.2.1', { allow: ['mail.example.org'] }), allowed('mail.example.org'));
    deepEqual(await ask('192.0.2.1', { allow: ['.example.org'] }), allowed('.example.org'));
    deepEqual(await ask('192.0.2.2', { allow: ['.example.org'] }), []);
  });

  it('blocks by a name that is merely claimed', async () => {
    deepEqual(await ask('192.0.2.2', { block: ['.Example.ORG'] }), blocked('.example.org'));
    deepEqual(await ask('192.0.2.1', { block: ['example.org'] }), []);
  });

  it('lets allow win over block, by name and by address', async () => {
    deepEqual(await ask('192.0.2.1', { allow: ['192.0.2.1'], block: ['192.0.2.0/24'] }), allowed('192.0.2.1'));
    deepEqual(
      await ask('192.0.2.1', { allow: ['mail.example.org'], block: ['192.0.2.0/24'] }),
      allowed('mail.example.org'),
    );
  });

  it('asks DNS only when a name is listed and no address matches', async () => {
    deepEqual(await ask('192.0.2.1', { allow: ['192.0.2.1', 'mail.example.org'] }, offlineDns), allowed('192.0.2.1'));
    deepEqual(await ask('192.0.2.9', { allow: ['192.0.2.1'] }, offlineDns), []);
  });

  it('blocks nobody because DNS does not answer, and says that it could not look', async () => {
    deepEqual(await ask('192.0.2.1', { block: ['mail.example.org'] }, offlineDns), [
      'unavailable: dns-unavailable: no DNS',
    ]);
  });

  it('still knows a blocked address when DNS does not answer', async () => {
    const lists = { allow: ['mail.example.org'], block: ['192.0.2.0/24'] };
    deepEqual(await ask('192.0.2.1', lists, offlineDns), blocked('192.0.2.0/24'));
  });

  it('refuses entries that are neither', () => {
    for (const entry of ['192.0.2.256', '192.0.2.0/33', '192.0.2', 'a b', '', '.', 'a..b'])
      throws(() => section(clientList).parse({ allow: [entry] }), /expected an address/);
  });

  it('speaks Japanese', async () => {
    const seat = desk(clientList, { block: ['192.0.2.1'] }, { language: 'ja' });
    deepEqual(await seat.ask({ client: clientAt('192.0.2.1', 25) }), [
      'CLIENT_BLOCKED: 接続元が拒否リストにある（192.0.2.1）。',
    ]);
  });
});
