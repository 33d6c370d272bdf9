// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Dns } from '../core/dns.ts';
import { zoneDns, type Zone } from '../net/zone-dns.ts';
import { checkSpf } from './spf.ts';

const zone: Zone = {
  'example.org': {
    TXT: ['hello', 'v=spf1 mx include:other.example exp=why.example.org -all'],
    MX: '10 mx.example.org',
  },
  'mx.example.org': { A: '192.0.2.1', AAAA: '2001:db8::1' },
  'why.example.org': { TXT: '%{i} may not send for %{d}' },
  'other.example': { TXT: 'v=spf1 ip4:192.0.2.32/28 ?all' },
  'soft.example': { TXT: 'v=spf1 ~all' },
  'neutral.example': { TXT: 'v=spf1 ?all' },
  'broken.example': { TXT: 'v=spf1 ipv4:192.0.2.1 -all' },
  'plain.example': { TXT: 'no policy here' },
  'bare.example': { A: '192.0.2.9' },
  'ill.example': { fails: 'SERVFAIL' },
  'half-ill.example': { TXT: 'v=spf1 a:ill.example -all' },
  'include-ill.example': { TXT: 'v=spf1 include:ill.example -all' },
  'open.example': { TXT: 'v=spf1 +all' },
  'macro.example': { TXT: 'v=spf1 exists:%{l}.list.example -all' },
  'a\\032b\\\\c.list.example': { A: '127.0.0.2' },
  '*.list.example': { TXT: 'a wildcard without address' },
  'latin.example': { TXT: 'v=spf1 a:\u00e9.example -all' },
  'mail.example.org': { TXT: 'v=spf1 ip4:192.0.2.1 -all' },
};

function ask(domain: string | null, ip = '203.0.113.9', more: { helo?: string; local?: string; dns?: Dns } = {}) {
  const { helo = 'mail.example.org', local = 'alice', dns = zoneDns(zone) } = more;
  return checkSpf({ ip, helo, sender: domain === null ? null : { local, domain }, dns });
}
const resultOf = async (...given: Parameters<typeof ask>): Promise<string> => (await ask(...given)).result;

describe('SPF', () => {
  it('passes a client the domain names, by either family', async () => {
    assert.deepEqual(
      [
        await resultOf('example.org', '192.0.2.1'),
        await resultOf('example.org', '2001:db8::1'),
        await resultOf('example.org', '192.0.2.40'),
      ],
      ['pass', 'pass', 'pass'],
    );
  });

  it('fails any other, with the words of the domain', async () => {
    assert.deepEqual(await ask('example.org'), {
      result: 'fail',
      identity: 'mailfrom',
      domain: 'example.org',
      record: 'v=spf1 mx include:other.example exp=why.example.org -all',
      explanation: '203.0.113.9 may not send for example.org',
    });
  });

  it('tells the milder results apart', async () => {
    assert.deepEqual([await resultOf('soft.example'), await resultOf('neutral.example')], ['softfail', 'neutral']);
  });

  it('looks at HELO where the sender is null', async () => {
    const passed = await ask(null, '192.0.2.1', { helo: 'Mail.Example.org' });
    assert.deepEqual([passed.result, passed.identity, passed.domain], ['pass', 'helo', 'mail.example.org']);
  });

  it('answers at once where the cache knows of no record', () => {
    for (const domain of ['plain.example', 'bare.example', 'gone.example']) {
      const answer = ask(domain);
      assert.ok(!(answer instanceof Promise));
      assert.deepEqual(answer, { result: 'none', identity: 'mailfrom', domain });
    }
  });

  it('asks for nothing where there is no domain', () => {
    for (const helo of [
      'localhost',
      '[192.0.2.1]',
      '',
      'a..example',
      'some thing.example',
      `${'a'.repeat(64)}.example`,
    ]) {
      const answer = ask(null, '192.0.2.1', { helo });
      assert.deepEqual(answer, { result: 'none', identity: 'nobody', domain: '' }, helo);
    }
    assert.deepEqual(ask('[192.0.2.1]'), { result: 'none', identity: 'nobody', domain: '' });
  });

  it('never takes a name service that fails for a fail of the client', async () => {
    for (const domain of ['ill.example', 'half-ill.example', 'include-ill.example']) {
      const answer = await ask(domain);
      assert.deepEqual([answer.result, answer.reason], ['temperror', 'SERVFAIL'], domain);
    }
  });

  it('says what is wrong with a record', async () => {
    const answer = await ask('broken.example');
    assert.equal(answer.result, 'permerror');
    assert.match(answer.reason ?? '', /ipv4/i);
    assert.equal(await resultOf('latin.example'), 'permerror');
  });

  it('puts any local part into a name, octet by octet', async () => {
    assert.equal(await resultOf('macro.example', '203.0.113.9', { local: 'a b\\c' }), 'pass');
    assert.equal(await resultOf('macro.example', '203.0.113.9', { local: 'a c' }), 'fail');
  });

  it('gives up when it is told to, without blaming anyone', async () => {
    const dns: Dns = {
      ask: () => Promise.resolve({ kind: 'unavailable', reason: 'given up' }),
      cached: () => undefined,
    };
    assert.equal(await resultOf('example.org', '203.0.113.9', { dns }), 'temperror');
  });

  it('tells a pass that anyone would get from one that speaks of this client', async () => {
    const anyone = async (record: string, ip?: string) => {
      const more: Zone = {
        'x.example': { TXT: record },
        'open.example': { TXT: 'v=spf1 +all' },
        'there.example': { A: '192.0.2.7' },
        'halves.example': { TXT: 'v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all' },
        '*.by.example': { A: '127.0.0.2' },
        '9.113.0.203.list.example': { A: '127.0.0.2' },
        'alice.list.example': { A: '127.0.0.2' },
        '9.113.0.203.in-addr.arpa': { PTR: 'host.isp.example' },
        'host.isp.example': { A: '203.0.113.9' },
      };
      const result = await ask('x.example', ip, { dns: zoneDns(more) });
      return result.result === 'pass' && result.passesAnyone === true;
    };
    for (const terms of [
      '+all',
      'all',
      'mx ALL',
      'include:open.example -all',
      'redirect=open.example',
      'ip4:0.0.0.0/0 -all',
      'ip4:202.0.0.0/7 -all',
      'include:halves.example -all',
      `${Array.from({ length: 256 }, (_, i) => `ip4:${i}.0.0.0/8`).join(' ')} -all`,
      'a:there.example/0 -all',
      'exists:there.example -all',
      'exists:%{h}.by.example -all',
      // Whatever is asked is there: that is no list of addresses.
      'exists:%{i}.by.example -all',
      'exists:%{ir}.%{v}.%{l}.by.example -all',
      // Whoever forges the sender forges this as well.
      'exists:%{l}.list.example -all',
    ])
      assert.equal(await anyone(`v=spf1 ${terms}`), true, terms);
    assert.equal(await anyone('v=spf1 ip6:2000::/3 -all', '2001:db8::1'), true);
    for (const terms of [
      'ip4:203.0.113.9 +all',
      'ip4:203.0.0.0/8 ~all',
      'exists:%{ir}.list.example -all',
      'ptr:isp.example -all',
      '?all',
      'ip6:::/0 ip4:203.0.113.9 -all',
    ])
      assert.equal(await anyone(`v=spf1 ${terms}`), false, terms);
    assert.equal(await anyone('v=spf1 ip4:0.0.0.0/0 ip6:2001:db8::/32 -all', '2001:db8::1'), false);
  });
});
