// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { it } from 'node:test';
import { openDnsLists } from '../connection/open-dns-lists.ts';
import { TestClock } from '../core/clock.ts';
import { silentLog } from '../core/log.ts';
import { readSettings } from '../index.ts';
import { zoneDns } from '../net/zone-dns.ts';
import { memoryRecordStore } from '../store/records/memory.ts';
import { memoryStateStore } from '../store/state/memory.ts';
import { ownListOf, ProcessLists } from './lists.ts';

it('collects what strangers did, and nothing of our senders and of relays that hand on what strangers did', async () => {
  const settings = readSettings(
    '[server]\nrelayFrom = ["192.0.2.1"]\ntrustedRelays = ["192.0.2.2"]\n[ownList]\ncollects = true\ntraps = ["bait@example.org"]\n',
  );
  const parts = { config: () => settings, log: silentLog, hostName: 'mx.example.org' };
  const familiarNetworks = { knows: () => false, knowsIdentity: () => false };
  const clock = new TestClock();
  const dnsLists = openDnsLists({ lists: [], testEvery: 60_000, decideAt: 10 }, zoneDns({}), clock, silentLog);
  const services = { state: memoryStateStore(), clock, familiarNetworks, dnsLists };
  const lists = new ProcessLists(services, parts);
  const records = lists.watching(memoryRecordStore());
  for (const ip of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) {
    records.append(ip, [{ at: 0, kind: 'connect' }], { client: ip });
    records.append(ip, [{ at: 0, kind: 'recipient', address: 'bait@example.org' }]);
  }
  await lists.close();
  const found: string[] = [];
  for await (const { key } of ownListOf(services, parts).entries()) found.push(key);
  deepEqual(found, ['192.0.2.3']);
});
