// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatIp } from '../../core/ip.ts';
import { zoneDns, type Zone } from '../../net/zone-dns.ts';
import { networksOfDomain } from './networks.ts';

const exceptions = Array.from({ length: 150 }, (_, i) => `-ip4:203.0.113.${i}`).join(' ');
const zone: Zone = {
  'plain.example': { TXT: 'v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/40 -all' },
  'hosts.example': {
    TXT: 'v=spf1 a mx a:web.example/28 ~all',
    A: '198.51.100.1',
    MX: ['10 mx.hosts.example', '20 web.example'],
  },
  'mx.hosts.example': { A: '198.51.100.2', AAAA: '2001:db8::2' },
  'web.example': { A: '203.0.113.20' },
  'includes.example': { TXT: 'v=spf1 include:plain.example include:_spf.example -all' },
  '_spf.example': { TXT: 'v=spf1 redirect=hosts.example' },
  'macros.example': { TXT: 'v=spf1 exists:%{i}.ok.example ptr include:%{d2}.spf.example ip4:192.0.2.9 -all' },
  'anyone.example': { TXT: 'v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 ip4:192.0.2.9 +all' },
  'excepted.example': { TXT: 'v=spf1 -ip4:192.0.2.66 ip4:192.0.2.0/24 ip4:198.51.100.0/24 -all' },
  'circle.example': { TXT: 'v=spf1 ip4:192.0.2.9 include:circle.example -all' },
  'many.example': { TXT: `v=spf1 ip4:192.0.2.0/24 ${exceptions} ip4:198.51.100.0/24 -all` },
  'long.example': { TXT: `v=spf1 ip4:192.0.2.0/24 ${'ip4:198.51.100.0/24 '.repeat(1_000)}-all` },
  'two.example': { TXT: ['v=spf1 ip4:192.0.2.1 -all', 'v=spf1 -all'] },
  'broken.example': { TXT: 'v=spf1 ip4:192.0.2.300 -all' },
  'silent.example': { TXT: 'v=spf1 ip4:192.0.2.1 include:away.example -all' },
  'away.example': { fails: 'SERVFAIL' },
};

async function networks(domain: string): Promise<readonly string[] | string> {
  const found = await networksOfDomain(domain, zoneDns(zone));
  return found.kind === 'found'
    ? found.networks.map(({ bytes, prefix }) => `${formatIp(bytes)}/${prefix}`)
    : found.kind;
}

describe('the networks of a domain', () => {
  it('are those that its record lists', async () => {
    assert.deepEqual(await networks('plain.example'), ['192.0.2.0/24', '2001:db8::/40']);
  });

  it('are those of its hosts and mail servers', async () => {
    assert.deepEqual(await networks('hosts.example'), [
      '198.51.100.1/32',
      '198.51.100.2/32',
      '2001:db8::2/128',
      '203.0.113.20/32',
      '203.0.113.16/28',
    ]);
  });

  it('are those of the records that it includes, and to which these redirect', async () => {
    const found = await networks('includes.example');
    assert.equal(found.length, 7);
  });

  it('leave out what is asked of each client anew', async () => {
    assert.deepEqual(await networks('macros.example'), ['192.0.2.9/32']);
  });

  it('leave out what lets anyone send', async () => {
    assert.deepEqual(await networks('anyone.example'), ['192.0.2.9/32']);
  });

  it('leave out what holds an address that is excepted', async () => {
    assert.deepEqual(await networks('excepted.example'), ['198.51.100.0/24']);
  });

  it('end where more is excepted than anybody means, and are none of a record that nobody could be let send by', async () => {
    assert.deepEqual(await networks('many.example'), ['192.0.2.0/24']);
    assert.equal(await networks('long.example'), 'none');
  });

  it('end where a record includes itself', async () => {
    assert.ok((await networks('circle.example')).length <= 11);
  });

  it('are none where there is no record, more than one, or one that cannot be read', async () => {
    assert.deepEqual(await Promise.all(['nobody.example', 'two.example', 'broken.example', 'x'].map(networks)), [
      'none',
      'none',
      'none',
      'none',
    ]);
  });

  it('are not known while the name service is silent', async () => {
    assert.equal(await networks('silent.example'), 'unavailable');
  });

  it('are good for the shortest time that any record says', async () => {
    const found = await networksOfDomain('hosts.example', zoneDns(zone));
    assert.equal(found.kind === 'found' && found.ttlSeconds, 300);
  });
});
