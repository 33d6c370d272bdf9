// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { zoneDns, type Zone } from '../../net/zone-dns.ts';
import spfFact from '../facts/spf.ts';
import heloSpf from './helo-spf.ts';
import spf from './spf.ts';

const zone: Zone = {
  'example.org': { TXT: 'v=spf1 ip4:192.0.2.1 -all' },
  'soft.example': { TXT: 'v=spf1 ~all' },
  'open.example': { TXT: 'v=spf1 +all' },
  'neutral.example': { TXT: 'v=spf1 ?all' },
  'silent.example': { TXT: 'v=spf1 -all' },
  'spaced.example': { TXT: 'V=SPF1  -ALL ' },
  'speaks.example': { TXT: 'v=spf1 -all exp=why.speaks.example' },
  'why.speaks.example': { TXT: 'Ask %{o} about %{i}.' },
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
const services = { dns: zoneDns(zone) };
const ask = (attempt: Attempt) => desk(spf, {}, { measure: [spfFact], services }).ask(known(attempt));

/** Each symbol with the action that the options give it. */
async function symbols(attempt: Attempt, settings = {}): Promise<string> {
  const outcome = await desk(spf, settings, { measure: [spfFact], services }).outcome(known(attempt));
  if (outcome?.status !== 'done') return `unavailable: ${outcome?.reason}`;
  return outcome.findings.map(({ symbol, action }) => [symbol, action].filter(Boolean).join(' ')).join();
}

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

  it('refuses for a domain that sends no mail at all, and for no other by itself', async () => {
    assert.equal(await symbols({ domain: 'silent.example' }), 'SPF_SENDS_NO_MAIL reject');
    assert.equal(await symbols({ domain: 'spaced.example' }), 'SPF_SENDS_NO_MAIL reject');
    for (const domain of ['example.org', 'soft.example', 'broken.example', 'speaks.example'])
      assert.doesNotMatch(await symbols({ domain }), /reject/);
    // A gateway of our own in front of us.
    assert.equal(await symbols({ domain: 'silent.example', ip: '10.0.0.1' }), 'SPF_FAIL');
  });

  it('does with + ? ~ - what the operator wants', async () => {
    const settings = { pass: 'none', neutral: 'weigh', softfail: 'quarantine', fail: 'reject', sendsNoMail: 'mark' };
    assert.equal(await symbols({ ip: '192.0.2.1' }, settings), '');
    assert.equal(await symbols({ domain: 'neutral.example' }, settings), 'SPF_NEUTRAL');
    assert.equal(await symbols({ domain: 'neutral.example' }), '');
    assert.equal(await symbols({ domain: 'soft.example' }, settings), 'SPF_SOFTFAIL quarantine');
    assert.equal(await symbols({}, settings), 'SPF_FAIL reject');
    assert.equal(await symbols({ domain: 'silent.example' }, settings), 'SPF_SENDS_NO_MAIL mark');
    // Not even then does a time-out refuse.
    assert.equal(await symbols({ domain: 'ill.example' }, settings), 'unavailable: dns-unavailable: SERVFAIL');
  });

  it('hands on what the owner of the domain wants to be told', async () => {
    assert.deepEqual(await ask({ domain: 'speaks.example' }), [
      'SPF_FAIL: The domain of the sender, speaks.example, says that this client may not send in its name ("Ask speaks.example about 203.0.113.9.").',
    ]);
  });

  it('leaves a message that only fails SPF far from Junk', () => {
    const worst = Object.values(spf.symbols).map(({ weight }) => weight);
    assert.ok(Math.max(...worst) + heloSpf.symbols.HELO_SPF_FAIL.weight < 5 / 1.5);
  });
});
