// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { messageOf } from '../../core/message.ts';
import { zoneDns } from '../../net/zone-dns.ts';
import senderIdFact from '../facts/sender-id.ts';
import { mimeFact } from '../mime-fact.suite.ts';
import senderId from './sender-id.ts';

const dns = zoneDns({
  'example.org': { TXT: 'spf2.0/pra ip4:192.0.2.1 -all' },
  'soft.example': { TXT: 'spf2.0/pra ~all' },
  'neutral.example': { TXT: 'spf2.0/pra ?all' },
  'old.example': { TXT: 'v=spf1 -all' },
  'path.example': { TXT: 'spf2.0/mfrom -all' },
  'broken.example': { TXT: 'spf2.0/pra nonsense' },
  'ill.example': { fails: 'SERVFAIL' },
});

function ask(header: string, { ip = '203.0.113.9', isOurs = false, path = 'path.test', settings = {} } = {}) {
  return desk(senderId, settings, { measure: [mimeFact, senderIdFact], services: { dns } }).outcome({
    client: clientAt(ip, 25, isOurs),
    hello: { verb: 'EHLO', name: 'mx.example.net' },
    sender: { address: { local: 'a', domain: path }, body: '7BIT', isSmtpUtf8: false },
    message: messageOf(Buffer.from(`${header}\r\n\r\n`)),
  });
}
async function symbols(...given: Parameters<typeof ask>): Promise<string> {
  const outcome = await ask(...given);
  if (outcome?.status !== 'done') return `unavailable: ${outcome?.reason}`;
  return outcome.findings.map(({ symbol, action }) => [symbol, action].filter(Boolean).join(' ')).join(', ');
}

describe('check sender-id', () => {
  it('says what the domain of the responsible address says of the client', async () => {
    assert.equal(await symbols('From: alice@example.org', { ip: '192.0.2.1' }), 'SENDER_ID_PASS');
    assert.equal(await symbols('From: alice@example.org'), 'SENDER_ID_FAIL');
    assert.equal(await symbols('From: alice@soft.example'), 'SENDER_ID_SOFTFAIL');
    assert.equal(await symbols('From: alice@gone.example'), '');
    assert.equal(await symbols('From: alice@neutral.example'), '');
  });

  it('judges who sent it on, and not the author', async () => {
    assert.equal(await symbols('Resent-From: bob@gone.example\r\nFrom: alice@example.org'), '');
  });

  it('only lists what a record for MAIL FROM says of header addresses', async () => {
    assert.equal(await symbols('From: alice@old.example'), 'SENDER_ID_SPF1_FAIL');
    assert.equal(senderId.symbols.SENDER_ID_SPF1_FAIL.weight, 0);
  });

  it('has a word for headers that name nobody', async () => {
    assert.equal(await symbols('From: a@example.org, b@example.org'), 'SENDER_ID_NO_PRA');
  });

  it('reads what a domain says of MAIL FROM in a record of its own', async () => {
    assert.equal(await symbols('From: alice@gone.example', { path: 'path.example' }), 'SENDER_ID_PATH_FAIL');
  });

  it('does with each result what the operator wants', async () => {
    const settings = { fail: 'reject', softfail: 'quarantine', neutral: 'weigh', missing: 'none' };
    assert.equal(await symbols('From: alice@example.org', { settings }), 'SENDER_ID_FAIL reject');
    assert.equal(await symbols('From: alice@soft.example', { settings }), 'SENDER_ID_SOFTFAIL quarantine');
    assert.equal(await symbols('From: alice@neutral.example', { settings }), 'SENDER_ID_NEUTRAL');
    assert.equal(await symbols('Subject: x', { settings }), '');
    // Also then what v=spf1 says refuses nothing.
    assert.equal(await symbols('From: alice@old.example', { settings }), 'SENDER_ID_SPF1_FAIL');
  });

  it('says what is wrong with a record', async () => {
    assert.equal(await symbols('From: alice@broken.example'), 'SENDER_ID_BROKEN');
  });

  it('is unavailable, and blames nobody, when the name service fails', async () => {
    assert.equal(await symbols('From: alice@ill.example'), 'unavailable: dns-unavailable: SERVFAIL');
  });

  it('does not judge clients of ours', async () => {
    assert.equal(await symbols('From: alice@example.org', { isOurs: true }), '');
  });
});

describe('fact senderId', () => {
  it('tells in Authentication-Results which field was chosen', () => {
    const address = { local: 'alice', domain: 'example.org' };
    assert.deepEqual(
      senderIdFact.results?.({
        pra: { kind: 'found', field: 'resent-from', address },
        byHeader: { result: 'pass', domain: 'example.org', version: 'v=spf1' },
      }),
      [
        {
          method: 'sender-id',
          result: 'pass',
          reason: 'by a record of v=spf1',
          properties: [['header', 'resent-from', 'alice@example.org']],
        },
      ],
    );
    assert.deepEqual(senderIdFact.results?.({ pra: { kind: 'missing', field: 'from', why: 'several' } }), [
      { method: 'sender-id', result: 'permerror', reason: 'no purported responsible address', properties: [] },
    ]);
  });

  it('puts at most 2 kB into the record', () => {
    const text = 'x'.repeat(250);
    const verdict = {
      result: 'permerror',
      domain: 'd'.repeat(253),
      version: 'spf2.0',
      record: text,
      reason: text,
    } as const;
    const worst = {
      pra: { kind: 'found', field: 'resent-sender', address: { local: 'l'.repeat(255), domain: 'd'.repeat(253) } },
      byHeader: verdict,
      byPath: verdict,
    } as const;
    assert.ok(Buffer.byteLength(JSON.stringify(senderIdFact.record?.(worst))) <= 2_000);
  });
});
