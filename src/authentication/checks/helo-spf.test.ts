// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { zoneDns } from '../../net/zone-dns.ts';
import heloSpfFact from '../facts/helo-spf.ts';
import heloSpf from './helo-spf.ts';

const dns = zoneDns({
  'example.org': { TXT: 'v=spf1 ip4:192.0.2.1 -all' },
  'soft.example': { TXT: 'v=spf1 ~all' },
  'broken.example': { TXT: 'v=spf1 nonsense -all' },
  'ill.example': { fails: 'SERVFAIL' },
});

function askHelo(name: string, { ip = '203.0.113.9', isOurs = false } = {}) {
  const sender = { address: null, body: '7BIT', isSmtpUtf8: false };
  return desk(heloSpf, {}, { measure: [heloSpfFact], services: { dns } }).ask({
    client: clientAt(ip, 25, isOurs),
    hello: { verb: 'EHLO', name },
    sender,
  });
}

describe('check helo-spf', () => {
  it('speaks of a client that names itself after a domain it is not of', async () => {
    assert.deepEqual(await askHelo('example.org'), [
      'HELO_SPF_FAIL: The client calls itself example.org, which says that this client is not of it; it should call itself by its own name.',
    ]);
    assert.deepEqual(await askHelo('example.org', { ip: '192.0.2.1' }), []);
  });

  it('does with a fail what the operator wants', async () => {
    for (const [fail, expected] of [
      ['none', undefined],
      ['weigh', ''],
      ['reject', 'reject'],
    ] as const) {
      const outcome = await desk(heloSpf, { fail }, { measure: [heloSpfFact], services: { dns } }).outcome({
        client: clientAt('203.0.113.9', 25),
        hello: { verb: 'EHLO', name: 'example.org' },
        sender: { address: null, body: '7BIT', isSmtpUtf8: false },
      });
      assert.ok(outcome?.status === 'done');
      const [finding] = outcome.findings;
      assert.equal(finding && (finding.action ?? ''), expected);
    }
  });

  it('is silent about names that say nothing', async () => {
    for (const helo of ['soft.example', 'gone.example', '[203.0.113.9]', 'broken.example'])
      assert.deepEqual(await askHelo(helo), []);
  });

  it('is unavailable when the name service fails', async () => {
    assert.deepEqual(await askHelo('ill.example'), ['unavailable: dns-unavailable: SERVFAIL']);
  });

  it('does not ask about clients of ours', async () => {
    assert.deepEqual(await askHelo('example.org', { isOurs: true }), []);
  });
});
