// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, throws } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { z } from 'zod';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { TestClock } from '../../core/clock.ts';
import { silentLog } from '../../core/log.ts';
import { healthyZone } from '../../net/dns-lists/lists.suite.ts';
import { zoneDns, type Zone } from '../../net/zone-dns.ts';
import { dnsListsSchema } from '../dns-lists-options.ts';
import { openDnsLists } from '../open-dns-lists.ts';
import dnsList from './dns-list.ts';

type Written = NonNullable<z.input<typeof dnsListsSchema>>;
const zone: Zone = {
  ...healthyZone('black.example', { '9.2.0.192': '127.0.0.4', '77.2.0.192': '127.0.0.4' }),
  ...healthyZone('white.example', { '9.2.0.192': '127.0.3.2' }),
};
const familiarNetworks = { knows: (ip: string) => ip === '192.0.2.77', knowsIdentity: () => false };
const seat = (lists: Written['lists'], language: 'en' | 'ja' = 'en') => {
  const dnsLists = openDnsLists(dnsListsSchema.parse({ lists }), zoneDns(zone), new TestClock(), silentLog);
  return desk(dnsList, {}, { services: { dnsLists, familiarNetworks }, language });
};
const at = (ip: string, isOurs = false) => ({ client: clientAt(ip, 1, isOurs) });
const black = { zone: 'black.example', codes: { '127.0.0.2': 3, '127.0.0.4-7': 1.5 } };

describe('DNS list check', () => {
  it('names the list and its answer, with its share of the points', async () => {
    deepEqual(await seat([black]).ask(at('192.0.2.9')), [
      'DNS_LIST_BLACK_EXAMPLE: The address of the client, 192.0.2.9, is listed by black.example (127.0.0.4): whoever runs that list says why.',
    ]);
    const outcome = await seat([black]).outcome(at('192.0.2.9'));
    equal(
      outcome?.status === 'done' &&
        (outcome.findings[0]?.share ?? 0) * (outcome.check.symbols['DNS_LIST_BLACK_EXAMPLE']?.weight ?? 0),
      1.5,
    );
    equal(outcome?.check.symbols['DNS_LIST_BLACK_EXAMPLE']?.advice, 'delay');
  });

  it('says in Japanese who vouches, by trust level', async () => {
    const white = { zone: 'white.example', name: 'white', kind: 'allow', codes: { '127.0.*.2': -2 } } as const;
    deepEqual(await seat([white], 'ja').ask(at('192.0.2.9')), [
      'DNS_LIST_WHITE_GOOD: 接続元の IP アドレス 192.0.2.9 を white が保証している（127.0.3.2）。',
    ]);
  });

  it('weighs nothing where a list is off, and says so', async () => {
    deepEqual(await seat([{ zone: 'dead.example' }]).ask(at('192.0.2.9')), [
      'DNS_LISTS_SILENT: These DNS lists gave no answer, or are switched off because they failed their test: dead.example.',
    ]);
  });

  it('asks nothing about ours, those inside and familiar ones', async () => {
    for (const known of [at('10.0.0.1'), at('127.0.0.2'), at('192.0.2.9', true), at('192.0.2.77')])
      deepEqual(await seat([black]).ask(known), []);
  });

  it('has no lists unless the operator names them', () => {
    deepEqual(dnsListsSchema.parse(undefined).lists, []);
  });

  it('refuses settings that say the opposite of what they mean', () => {
    for (const [list, problem] of [
      [{ zone: 'l.example', points: -1 }, /points from 0 on/],
      [{ zone: 'l.example', kind: 'allow', codes: { '127.0.0.2': 1 } }, /points up to 0/],
      [{ zone: 'l.example', codes: { '127.0.0': 1 } }, /four octets/],
    ] as const)
      throws(() => dnsListsSchema.parse({ lists: [list] }), problem);
    throws(() => dnsListsSchema.parse({ lists: [{ zone: 'l.example' }, { zone: 'l.example' }] }), /a name of its own/);
  });

  it('only lists what a list on trial says', async () => {
    const outcome = await seat([{ ...black, mode: 'observe' }]).outcome(at('192.0.2.9'));
    equal(outcome?.check.symbols['DNS_LIST_BLACK_EXAMPLE']?.isObserved, true);
  });
});
