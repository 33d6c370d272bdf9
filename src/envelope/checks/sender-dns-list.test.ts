// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { healthyZone, listSpec, seatedLists } from '../../net/dns-lists/lists.suite.ts';
import { zoneDns } from '../../net/zone-dns.ts';
import check from './sender-dns-list.ts';

const dns = zoneDns(healthyZone('names.example', { 'bad.example.com': '127.0.1.2' }));
const { lists: dnsLists } = seatedLists([listSpec('names.example', { asks: ['sender'] })], dns);
const knows = (ip: string): boolean => ip === '192.0.2.77';
const familiarNetworks = { knows, knowsIdentity: () => false };
const ask = (name: string, ip = '192.0.2.1') =>
  desk(check, {}, { services: { dnsLists, familiarNetworks } }).ask({
    client: clientAt(ip, 1),
    hello: { verb: 'EHLO', name: 'mx.example' },
    tls: undefined,
    sender: { address: name === '' ? null : { local: 'bob', domain: name }, body: '8BITMIME', isSmtpUtf8: false },
  });

it('names a domain that a list knows, for strangers only, and not for familiar ones', async () => {
  deepEqual(await ask('bad.example.com'), [
    'DNS_LIST_NAMES_SENDER: The domain of the sender, bad.example.com, is listed by names (127.0.1.2): whoever runs that list says why.',
  ]);
  for (const ip of ['10.0.0.1', '192.0.2.77']) deepEqual(await ask('bad.example.com', ip), []);
});

it('asks nothing about what is no domain', async () => {
  for (const name of ['good.example.com', '[192.0.2.1]', 'localhost', '']) deepEqual(await ask(name), []);
});
