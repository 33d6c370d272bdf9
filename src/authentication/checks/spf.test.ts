// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { zoneDns, type Zone } from '../../net/zone-dns.ts';
import { Engine } from '../engine.ts';
import spfFact from '../facts/spf.ts';
import heloSpf from './helo-spf.ts';
import spf from './spf.ts';

const zone: Zone = {
  'example.org': { TXT: 'v=spf1 ip4:192.0.2.1 -all' },
  'soft.example': { TXT: 'v=spf1 ~all' },
  'open.example': { TXT: 'v=spf1 +all' },
  'broken.example': { TXT: 'v=spf1 nonsense -all' },
  'ill.example': { fails: 'SERVFAIL' },
};

interface Attempt {
  readonly ip?: string;
  readonly isOurs?: boolean;
  readonly domain?: string | null;
  readonly helo?: string;
}

function known({ ip = '203.0.113.9', isOurs = false, domain = 'example.org', helo = 'localhost' }: Attempt) {
  const address = domain === null ? null : { local: 'alice', domain };
  return {
    client: clientAt(ip, 25, isOurs),
    hello: { verb: 'EHLO', name: helo },
    sender: { address, body: '7BIT', isSmtpUtf8: false },
  };
}
const services = { dns: zoneDns(zone), engine: new Engine() };
const ask = (attempt: Attempt) => desk(spf, {}, { measure: [spfFact], services }).ask(known(attempt));

describe('check spf', () => {
  it('says who lets the client send, and who does not', async () => {
    assert.deepEqual(await ask({ ip: '192.0.2.1' }), [
      'SPF_PASS: The domain of the sender, example.org, lets this client send.',
    ]);
    assert.deepEqual(await ask({}), [
      'SPF_FAIL: The domain of the sender, example.org, says that this client may not send in its name.',
    ]);
    assert.match(String(await ask({ domain: 'soft.example' })), /^SPF_SOFTFAIL: /);
  });

  it('thinks little of a domain that lets everyone send', async () => {
    assert.match(String(await ask({ domain: 'open.example' })), /^SPF_PASSES_ANYONE: /);
  });

  it('says what is wrong with a record', async () => {
    assert.match(String(await ask({ domain: 'broken.example' })), /^SPF_BROKEN: .*nonsense/i);
  });

  it('is silent about domains without a record, and about null senders', async () => {
    assert.deepEqual(await ask({ domain: 'gone.example' }), []);
    assert.deepEqual(await ask({ domain: null, helo: 'example.org' }), []);
  });

  it('does not ask about clients of ours', async () => {
    assert.deepEqual(await ask({ isOurs: true }), []);
  });

  it('is unavailable, and blames nobody, when the name service fails', async () => {
    assert.deepEqual(await ask({ domain: 'ill.example' }), ['unavailable: dns-unavailable: SERVFAIL']);
  });

  it('leaves a message that only fails SPF far from Junk', () => {
    const worst = Object.values(spf.symbols).map(({ weight }) => weight);
    assert.ok(Math.max(...worst) + heloSpf.symbols.HELO_SPF_FAIL.weight < 5 / 1.5);
  });
});
