// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import type { AnyFact, FactValue } from '../../check/fact.ts';
import { clientAt } from '../../core/client.ts';
import { healthyZone, listSpec, seatedLists } from '../../net/dns-lists/lists.suite.ts';
import { zoneDns } from '../../net/zone-dns.ts';
import type { SpfResult } from '../spf.ts';
import provenDnsLists from '../facts/proven-dns-lists.ts';
import provenDnsList from './proven-dns-list.ts';

const dns = zoneDns(healthyZone('white.example', { 'example.org': '127.0.2.1' }));
const { lists: dnsLists } = seatedLists(
  [listSpec('white.example', { kind: 'allow', points: -1, asks: ['proven'] })],
  dns,
);
const set = (name: string, value: unknown): AnyFact => ({
  name,
  scope: 'message',
  summary: { en: 'Set.', ja: '値。' },
  needs: [],
  deadlineMs: 1_000,
  read: () => value,
});
const ask = (spf: SpfResult, dkim: FactValue<'dkim'> = [], isOurs = false) =>
  desk(
    provenDnsList,
    {},
    { services: { dnsLists }, measure: [set('spf', spf), set('dkim', dkim), provenDnsLists] },
  ).ask({
    client: clientAt('192.0.2.1', 1, isOurs),
  });
const spfOf = (result: 'pass' | 'fail', domain: string): SpfResult => ({ result, domain, identity: 'mailfrom' });

describe('lists of proven domains', () => {
  it('vouch for what SPF proved, also for the organisation it belongs to', async () => {
    for (const domain of ['example.org', 'news.example.org'])
      deepEqual(await ask(spfOf('pass', domain)), [
        'DNS_LIST_WHITE_PROVEN_GOOD: The proven domain example.org is vouched for by white (127.0.2.1).',
      ]);
  });

  it('are not asked about a name that is merely claimed, nor about mail of our own', async () => {
    deepEqual(await ask(spfOf('fail', 'example.org')), []);
    deepEqual(await ask(spfOf('pass', 'example.org'), [], true), []);
    deepEqual(await ask({ ...spfOf('pass', 'example.org'), passesAnyone: true }), []);
  });
});
