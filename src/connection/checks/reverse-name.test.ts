// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt, type Client } from '../../core/client.ts';
import type { Dns } from '../../core/dns.ts';
import { offlineDns, zoneDns } from '../../net/zone-dns.ts';
import strangerName from '../facts/stranger-name.ts';
import reverseName from './reverse-name.ts';

const dns = zoneDns({
  '1.2.0.192.in-addr.arpa': { PTR: 'mail.example.org' },
  'mail.example.org': { A: '192.0.2.1' },
  '2.2.0.192.in-addr.arpa': { PTR: 'mail.example.com' },
  'mail.example.com': { A: '198.51.100.7' },
  '3.2.0.192.in-addr.arpa': { PTR: 'slow.example' },
  'slow.example': { fails: 'time-out' },
});
const familiarNetworks = { knows: (ip: string) => ip === '192.0.2.77', knowsIdentity: () => false };
const seat = (settings: object = {}, names: Dns = dns) =>
  desk(reverseName, { ...settings }, { services: { dns: names, familiarNetworks }, measure: [strangerName] });
const at = (ip: string, isOurs = false) => ({ client: clientAt(ip, 4711, isOurs) });

describe('reverse name check', () => {
  it('has nothing to say of a name that leads back', async () => {
    deepEqual(await seat().ask(at('192.0.2.1')), []);
  });

  it('names an address without a name, and one whose name leads elsewhere', async () => {
    deepEqual(await seat().ask(at('192.0.2.9')), [
      'REVERSE_NAME_MISSING: The address 192.0.2.9 has no name in DNS. A mail server should have a PTR record; whoever runs the network can set it.',
    ]);
    deepEqual(await seat().ask(at('192.0.2.2')), [
      'REVERSE_NAME_UNCONFIRMED: The address 192.0.2.2 is called mail.example.com in DNS, but that name does not lead back to 192.0.2.2: PTR and address record should agree.',
    ]);
  });

  it('weighs nothing and blocks nothing where DNS does not answer, neither there nor back', async () => {
    deepEqual(await seat({}, offlineDns).ask(at('192.0.2.1')), ['unavailable: dns-unavailable: no DNS']);
    deepEqual(await seat().ask(at('192.0.2.3')), ['unavailable: dns-unavailable: time-out']);
  });

  it('never judges ours, those inside and familiar ones, and asks nothing about them', async () => {
    const clients: Client[] = ['127.0.0.1', '10.1.2.3', '192.168.1.1', '::1', 'fd00::1', 'fe80::1'].map(ip =>
      clientAt(ip, 1),
    );
    const asking = seat({}, { ask: () => Promise.reject(new Error('asked')), cached: () => undefined });
    for (const client of [...clients, clientAt('192.0.2.9', 1, true), clientAt('192.0.2.77', 1)])
      deepEqual(await asking.ask({ client }), []);
  });

  it('does what the operator says a missing name leads to', async () => {
    const findings = async (missing: string) => {
      const outcome = await seat({ missing }).outcome(at('192.0.2.9'));
      return outcome?.status === 'done' ? outcome.findings.map(({ action }) => action) : ['unavailable'];
    };
    deepEqual(await findings('none'), []);
    deepEqual(await findings('score'), ['accept']);
    deepEqual(await findings('delay'), [undefined]);
    deepEqual(await findings('defer'), ['defer']);
    deepEqual(await findings('reject'), ['reject']);
  });

  it('only delays and costs little by default', () => {
    for (const { weight, advice } of Object.values(reverseName.symbols)) {
      equal(advice, 'delay');
      equal(weight <= 0.5, true);
    }
  });
});
