// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { TestClock } from '../../core/clock.ts';
import type { Dns } from '../../core/dns.ts';
import { silentLog } from '../../core/log.ts';
import { healthyZone } from '../../net/dns-lists/lists.suite.ts';
import { offlineDns, zoneDns } from '../../net/zone-dns.ts';
import { dnsListsSchema } from '../dns-lists-options.ts';
import { openDnsLists } from '../open-dns-lists.ts';
import strangerName from '../facts/stranger-name.ts';
import nameService from './name-service.ts';

const healthy = zoneDns(healthyZone('black.example', {}));
/** Nobody has a name, and of the lists `black.example` alone answers. */
const listsAlone: Dns = {
  ask: (name, type) => (name.endsWith('.black.example') ? healthy : offlineDns).ask(name, type),
  cached: () => undefined,
};
/** The other way round. */
const namesAlone: Dns = {
  ask: (name, type) => (name.endsWith('.example') ? offlineDns : healthy).ask(name, type),
  cached: () => undefined,
};
const familiarNetworks = { knows: (ip: string) => ip === '192.0.2.77', knowsIdentity: () => false };
const said = async (dns: Dns, ip = '192.0.2.9', zones = ['black.example', 'other.example']) => {
  const lists = zones.map(zone => ({ zone }));
  const dnsLists = openDnsLists(dnsListsSchema.parse({ lists }), dns, new TestClock(), silentLog);
  const seat = desk(nameService, {}, { services: { dns, dnsLists, familiarNetworks }, measure: [strangerName] });
  const found = await seat.ask({ client: clientAt(ip, 4711) });
  return found.map(text => text.replace(/:.*/, ''));
};

describe('name service check', () => {
  it('asks a stranger for patience of whom neither name nor list tells anything', async () => {
    deepEqual(await said(offlineDns), ['NAME_SERVICE_SILENT']);
  });

  it('says nothing where one list answers, or the name does: what fails then is not ours', async () => {
    deepEqual(await said(listsAlone), []);
    deepEqual(await said(namesAlone), []);
  });

  it('keeps nobody waiting who is familiar', async () => {
    deepEqual(await said(offlineDns, '192.0.2.77'), []);
  });
});
