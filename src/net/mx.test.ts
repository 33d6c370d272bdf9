// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../core/random.ts';
import { findAddresses, findHosts } from './mx.ts';
import { zoneDns, type Zone } from './zone-dns.ts';

const zone: Zone = {
  'example.org': { MX: ['20 backup.example.org', '10 mx1.example.org', '10 mx2.example.org', '5 first.example.org'] },
  'implicit.example': { A: '192.0.2.1' },
  'implicit6.example': { AAAA: '2001:db8::1' },
  'null.example': { MX: '0 .' },
  'null-too.example': { MX: ['0 .', '10 mx.example.org'] },
  'bare.example': { TXT: 'nothing to be reached at' },
  'ill.example': { fails: 'SERVFAIL' },
  'both.example': { A: ['192.0.2.1', '192.0.2.2'], AAAA: '2001:db8::1' },
  'v4-or-ill.example': { A: '192.0.2.1', fails: 'SERVFAIL' },
};
const dns = zoneDns(zone);
const hosts = (domain: string, seed = 1) => findHosts(domain, dns, seededRandom(seed));

describe('hosts of a domain', () => {
  it('come in the order of preference', async () => {
    const answer = await hosts('example.org');
    assert.ok(answer.kind === 'hosts' && !answer.isImplicit);
    assert.deepEqual(
      answer.hosts.map(host => host.preference),
      [5, 10, 10, 20],
    );
    assert.deepEqual([answer.hosts[0]?.name, answer.hosts[3]?.name], ['first.example.org', 'backup.example.org']);
  });

  it('come in any order among equals', async () => {
    const seconds = new Set<string | undefined>();
    for (let seed = 1; seed <= 20; seed++) {
      const answer = await hosts('example.org', seed);
      if (answer.kind === 'hosts') seconds.add(answer.hosts[1]?.name);
    }
    assert.deepEqual(seconds, new Set(['mx1.example.org', 'mx2.example.org']));
  });

  it('are the domain itself where it has an address and no MX', async () => {
    for (const name of ['implicit.example', 'implicit6.example'])
      assert.deepEqual(await hosts(name), { kind: 'hosts', hosts: [{ name, preference: 0 }], isImplicit: true });
  });

  it('are none where the domain says so', async () => {
    assert.deepEqual(await hosts('null.example'), { kind: 'null-mx' });
  });

  it('are those named beside a null MX that should stand alone', async () => {
    const answer = await hosts('null-too.example');
    assert.deepEqual(answer.kind === 'hosts' && answer.hosts.map(host => host.name), ['mx.example.org']);
  });

  it('are told apart from a domain that cannot be reached, and one that is not there', async () => {
    assert.deepEqual(await hosts('bare.example'), { kind: 'no-host' });
    assert.deepEqual(await hosts('gone.example'), { kind: 'no-such-domain' });
  });

  it('are unknown, never missing, when the name service fails', async () => {
    assert.equal((await hosts('ill.example')).kind, 'unavailable');
    const noMx = { ...dns, ask: (name: string, type: 'MX') => dns.ask(type === 'MX' ? 'bare.example' : name, type) };
    assert.equal((await findHosts('ill.example', noMx as typeof dns, seededRandom(1))).kind, 'unavailable');
  });
});

describe('addresses of a host', () => {
  it('are all it has, IPv6 first', async () => {
    const answer = await findAddresses('both.example', dns);
    assert.deepEqual(answer, { kind: 'addresses', addresses: ['2001:db8::1', '192.0.2.1', '192.0.2.2'] });
  });

  it('are what could be learnt, where one question failed', async () => {
    const answer = await findAddresses('v4-or-ill.example', dns);
    assert.deepEqual(answer, { kind: 'addresses', addresses: ['192.0.2.1'] });
  });

  it('are unknown, not none, where nothing could be learnt', async () => {
    assert.equal((await findAddresses('ill.example', dns)).kind, 'unavailable');
    assert.equal((await findAddresses('gone.example', dns)).kind, 'none');
  });

  it('are the address itself where the host is one', async () => {
    for (const host of ['192.0.2.9', '[192.0.2.9]'])
      assert.deepEqual(await findAddresses(host, dns), { kind: 'addresses', addresses: ['192.0.2.9'] });
    assert.deepEqual(await findAddresses('[IPv6:2001:db8::9]', dns), { kind: 'addresses', addresses: ['2001:db8::9'] });
  });
});
