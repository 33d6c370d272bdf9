// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ListOutcome } from '../../core/dns-lists.ts';
import { zoneDns } from '../zone-dns.ts';
import { ChangingDns, healthyZone, listSpec, seatedLists, settled } from './lists.suite.ts';

const told = (outcomes: readonly ListOutcome[]) =>
  outcomes.map(one => `${one.list.name} ${one.kind}${one.kind === 'listed' ? ` ${one.points}` : ''}`);
const black = listSpec('black.example');

describe('lists in DNS', () => {
  it('are asked about addresses of both kinds and about domains', async () => {
    const v6 = '5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2';
    const dns = zoneDns({
      ...healthyZone('black.example', { '9.2.0.192': '127.0.0.2', [v6]: '127.0.0.2' }),
      ...healthyZone('names.example', { 'bad.example.com': '127.0.1.2' }),
    });
    const { lists } = seatedLists([black, listSpec('names.example', { asks: ['hello', 'sender'] })], dns);
    deepEqual(told(await lists.ask('client', ['192.0.2.9'])), ['black listed 2']);
    deepEqual(told(await lists.ask('client', ['2001:db8::5'])), ['black listed 2']);
    deepEqual(told(await lists.ask('client', ['192.0.2.8'])), ['black not-listed']);
    deepEqual(told(await lists.ask('hello', ['bad.example.com'])), ['names listed 2']);
    deepEqual(told(await lists.ask('hello', ['localhost'])), ['names not-listed']);
    deepEqual(await lists.ask('proven', ['bad.example.com']), []);
  });

  it('weigh by code, bits, trust level and reputation', async () => {
    const dns = zoneDns({
      ...healthyZone('many.example', { '1.2.0.192': '127.0.0.2 127.0.0.4', '2.2.0.192': '127.0.0.99' }),
      ...healthyZone('bits.example', { '1.2.0.192': '127.0.0.6' }),
      ...healthyZone('white.example', { '1.2.0.192': '127.0.5.3' }),
      ...healthyZone('score.example', { '1.2.0.192': '127.0.4.20', '2.2.0.192': '127.0.4.95' }),
    });
    const { lists } = seatedLists(
      [
        listSpec('many.example', { points: 0, codes: { '127.0.0.2': 1, '127.0.0.4-7': 2.5 } }),
        listSpec('bits.example', { points: 0, codes: { '127.0.0.&2': 1, '127.0.0.&4': 0.5, '127.0.0.&8': 9 } }),
        listSpec('white.example', { kind: 'allow', points: -0.1, codes: { '127.0.*.3': -4, '127.0.*.2': -2 } }),
        listSpec('score.example', {
          kind: 'reputation',
          points: 0,
          codes: { '127.0.4.0-30': 3, '127.0.4.90-100': -1 },
        }),
      ],
      dns,
      { decideAt: 100 },
    );
    deepEqual(told(await lists.ask('client', ['192.0.2.1'])), [
      'many listed 3.5',
      'bits listed 1.5',
      'white listed -4',
      'score listed 3',
    ]);
    deepEqual(told(await lists.ask('client', ['192.0.2.2'])), [
      'many not-listed',
      'bits not-listed',
      'white not-listed',
      'score listed -1',
    ]);
  });

  it('are told at once where everything is in the cache', async () => {
    const { lists } = seatedLists([black], zoneDns(healthyZone('black.example')));
    await lists.test();
    equal(lists.ask('client', ['192.0.2.1']) instanceof Promise, false);
  });

  it('that are slow are not waited for once the sum is clear', async () => {
    const dns = new ChangingDns({
      ...healthyZone('one.example', { '1.2.0.192': '127.0.0.2' }),
      ...healthyZone('two.example', { '1.2.0.192': '127.0.0.2' }),
      ...healthyZone('slow.example'),
    });
    const list = (name: string, points: number) => listSpec(`${name}.example`, { points });
    const { lists } = seatedLists([list('one', 3), list('two', 3), list('slow', 2)], dns);
    await lists.test();
    dns.silent.add('slow.example');
    deepEqual(told(await lists.ask('client', ['192.0.2.1'])), ['one listed 3', 'two listed 3', 'slow not-awaited']);
  });

  it('that could still save somebody are waited for, until their time is up', async () => {
    const dns = new ChangingDns({
      ...healthyZone('one.example', { '1.2.0.192': '127.0.0.2' }),
      ...healthyZone('white.example'),
    });
    const { lists, clock } = seatedLists(
      [listSpec('one.example', { points: 6 }), listSpec('white.example', { kind: 'allow', points: -4 })],
      dns,
    );
    await lists.test();
    dns.silent.add('white.example');
    const asking = Promise.resolve(lists.ask('client', ['192.0.2.1']));
    let isTold = false;
    void asking.then(() => (isTold = true));
    await settled();
    equal(isTold, false);
    clock.advance(3_000);
    deepEqual(told(await asking), ['one listed 6', 'white silent']);
  });

  it('are not asked before they were tested, nor when they are off', async () => {
    const dns = new ChangingDns({ '*.black.example': { A: '127.0.0.2' } });
    const { lists, changes } = seatedLists([black], dns);
    deepEqual(told(await lists.ask('client', ['192.0.2.1'])), ['black off']);
    equal(dns.asked.includes('1.2.0.192.black.example'), false);
    deepEqual(
      changes.map(({ form, state, fault }) => [form, state, fault?.code]),
      [['ipv4', 'off', 'everything']],
    );
  });
});

describe('a list in DNS that falls ill', () => {
  const ills = {
    'answers everything': { '*.black.example': { A: '127.0.0.2' } },
    'is no more': {},
    refuses: { '*.black.example': { A: '127.255.255.254' } },
    'belongs to somebody else now': { '*.black.example': { A: '203.0.113.80' } },
    fails: { 'black.example': { fails: 'SERVFAIL' }, '2.0.0.127.black.example': { fails: 'SERVFAIL' } },
  };
  for (const [ill, zone] of Object.entries(ills))
    it(`and ${ill} is off within 60 s, and on again within 60 s after it heals`, async () => {
      const healthy = healthyZone('black.example');
      const dns = new ChangingDns(healthy);
      const { lists, clock, changes } = seatedLists([listSpec('black.example', { ipv6: false })], dns);
      lists.start();
      await settled();
      equal(lists.status()[0]?.state, 'on');
      dns.zone = zone;
      clock.advance(30_000);
      await settled();
      equal(lists.status()[0]?.state, 'off');
      deepEqual(told(await lists.ask('client', ['192.0.2.1'])), ['black off']);
      dns.zone = healthy;
      clock.advance(30_000);
      await settled();
      equal(lists.status()[0]?.state, 'on');
      deepEqual(told(await lists.ask('client', ['192.0.2.1'])), ['black not-listed']);
      deepEqual(
        changes.map(({ state }) => state),
        ['off', 'on'],
      );
      lists.stop();
    });

  it('and goes silent is off after some questions, or its next test', async () => {
    const dns = new ChangingDns(healthyZone('black.example'));
    const { lists, clock } = seatedLists([listSpec('black.example', { ipv6: false })], dns);
    await lists.test();
    dns.silent.add('black.example');
    for (let i = 1; i <= 5; i++) {
      const asking = lists.ask('client', [`192.0.2.${i}`]);
      await settled();
      clock.advance(3_000);
      deepEqual(told(await asking), ['black silent']);
    }
    deepEqual(told(await lists.ask('client', ['192.0.2.9'])), ['black off']);
  });

  it('and is off for another reason than before is told of again, and not each time it is tested', async () => {
    const dns = new ChangingDns(healthyZone('black.example'));
    const { lists, clock, changes } = seatedLists([listSpec('black.example', { ipv6: false })], dns);
    lists.start();
    const test = async (): Promise<void> => {
      clock.advance(27_000);
      await settled();
      clock.advance(3_000);
      await settled();
    };
    await settled();
    clock.advance(3_000);
    dns.silent.add('black.example');
    for (let i = 0; i < 3; i++) await test();
    dns.silent.clear();
    dns.zone = healthyZone('black.example', { '1.0.0.127': '127.0.0.2' });
    for (let i = 0; i < 3; i++) await test();
    lists.stop();
    deepEqual(
      changes.map(({ state, fault }) => [state, fault?.code]),
      [
        ['off', 'silent'],
        ['off', 'everything'],
      ],
    );
  });

  it('and refuses in the middle of the day is off at the first such answer', async () => {
    const dns = new ChangingDns(healthyZone('black.example', { '1.2.0.192': '127.255.255.252' }));
    const { lists } = seatedLists([black], dns);
    deepEqual(told(await lists.ask('client', ['192.0.2.1'])), ['black silent']);
    deepEqual(told(await lists.ask('client', ['192.0.2.2'])), ['black off']);
  });

  it('and begins to list everybody is tested out of turn', async () => {
    const dns = new ChangingDns(healthyZone('black.example'));
    const { lists, clock } = seatedLists([listSpec('black.example', { ipv6: false })], dns, { testEvery: 3_600_000 });
    await lists.test();
    dns.zone = { '*.black.example': { A: '127.0.0.2' } };
    clock.advance(10_000);
    for (let i = 1; i <= 10; i++) await lists.ask('client', [`192.0.2.${i}`]);
    await settled();
    equal(lists.status()[0]?.state, 'off');
  });

  it('for IPv6 alone is still asked about IPv4', async () => {
    const dns = new ChangingDns({ '2.0.0.127.black.example': { A: '127.0.0.2' } });
    const { lists } = seatedLists([black], dns);
    await lists.test();
    deepEqual(
      lists.status().map(({ form, state }) => [form, state]),
      [
        ['ipv4', 'on'],
        ['ipv6', 'off'],
      ],
    );
    deepEqual(told(await lists.ask('client', ['192.0.2.9'])), ['black not-listed']);
  });

  it('and has no test entries may say so; other test names may be set', async () => {
    const dns = new ChangingDns({
      ...healthyZone('names.example'),
      'test.names.example': {},
      'listed.test.names.example': { A: '127.0.1.2' },
    });
    const { lists } = seatedLists(
      [
        listSpec('plain.example', { tests: 'none', ipv6: false }),
        listSpec('names.example', { asks: ['proven'], testListed: 'listed.test' }),
      ],
      dns,
    );
    await lists.test();
    deepEqual(
      lists.status().map(({ state }) => state),
      ['on', 'on'],
    );
  });
});
