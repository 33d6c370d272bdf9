// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Dns } from '../core/dns.ts';
import { offlineDns, zoneDns, type Zone } from '../net/zone-dns.ts';
import { readReverseName } from './reverse-name.ts';

const zone: Zone = {
  '1.2.0.192.in-addr.arpa': { PTR: 'mail.example.org' },
  'mail.example.org': { A: ['192.0.2.9', '192.0.2.1'] },
  '2.2.0.192.in-addr.arpa': { PTR: 'bank.example.com' },
  'bank.example.com': { A: '198.51.100.1' },
  '3.2.0.192.in-addr.arpa': { PTR: ['liar.example', 'true.example.org'] },
  'true.example.org': { A: '192.0.2.3' },
  '4.2.0.192.in-addr.arpa': { fails: 'SERVFAIL' },
  '5.2.0.192.in-addr.arpa': { PTR: 'slow.example.org' },
  'slow.example.org': { fails: 'time-out' },
  '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa': { PTR: 'six.example.org' },
  'six.example.org': { AAAA: '2001:0db8:0:0::1' },
};

/** The same answers, none of them in the cache. */
function cold(dns: Dns): Dns {
  return { ask: (name, type) => dns.ask(name, type), cached: () => undefined };
}

describe('reverse name', () => {
  it('believes a name that leads back to the address', () => {
    deepEqual(readReverseName('192.0.2.1', zoneDns(zone)), {
      kind: 'confirmed',
      name: 'mail.example.org',
      names: ['mail.example.org'],
    });
  });

  it('says the same when every answer has to be waited for', async () => {
    const dns = zoneDns(zone);
    for (const last of [1, 2, 3, 4, 5, 6])
      deepEqual(await readReverseName(`192.0.2.${last}`, cold(dns)), readReverseName(`192.0.2.${last}`, dns));
  });

  it('compares IPv6 addresses by value', () => {
    deepEqual(readReverseName('2001:db8::1', zoneDns(zone)), {
      kind: 'confirmed',
      name: 'six.example.org',
      names: ['six.example.org'],
    });
  });

  it('only notes a name that leads elsewhere', () => {
    deepEqual(readReverseName('192.0.2.2', zoneDns(zone)), { kind: 'unconfirmed', names: ['bank.example.com'] });
  });

  it('keeps of several names those that lead back', () => {
    deepEqual(readReverseName('192.0.2.3', zoneDns(zone)), {
      kind: 'confirmed',
      name: 'true.example.org',
      names: ['true.example.org'],
    });
  });

  it('tells no name from no answer', () => {
    deepEqual(readReverseName('192.0.2.6', zoneDns(zone)), { kind: 'none' });
    deepEqual(readReverseName('192.0.2.4', zoneDns(zone)), { kind: 'unavailable', reason: 'SERVFAIL' });
    deepEqual(readReverseName('192.0.2.5', zoneDns(zone)), { kind: 'unavailable', reason: 'time-out' });
    deepEqual(readReverseName('192.0.2.5', offlineDns), { kind: 'unavailable', reason: 'no DNS' });
  });

  it('looks up ten names at most', async () => {
    let asked = 0;
    const names = Array.from({ length: 11 }, (_, i) => `n${i}.example.org`);
    const inner = zoneDns({ '1.2.0.192.in-addr.arpa': { PTR: names }, 'n10.example.org': { A: '192.0.2.1' } });
    const dns: Dns = {
      cached: () => undefined,
      ask(name, type) {
        if (type === 'A') asked++;
        return inner.ask(name, type);
      },
    };
    equal((await readReverseName('192.0.2.1', dns)).kind, 'unconfirmed');
    equal(asked, 10);
  });
});
