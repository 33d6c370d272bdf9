// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { zoneDns } from '../../net/zone-dns.ts';
import submitterFact from '../facts/submitter.ts';
import submitter from './submitter.ts';

const dns = zoneDns({
  'example.org': { TXT: 'spf2.0/pra ip4:192.0.2.1 -all' },
  'old.example': { TXT: 'v=spf1 -all' },
  'ill.example': { fails: 'SERVFAIL' },
});

interface Attempt {
  readonly declared?: string;
  readonly path?: string | null;
  readonly ip?: string;
  readonly isOurs?: boolean;
  readonly refuses?: boolean;
}

async function ask({ declared, path = 'gone.example', ip = '203.0.113.9', isOurs = false, refuses = false }: Attempt) {
  const at = (domain: string) => ({ local: 'bob', domain });
  const outcome = await desk(submitter, { refuses }, { measure: [submitterFact], services: { dns } }).outcome({
    client: clientAt(ip, 25, isOurs),
    hello: { verb: 'EHLO', name: 'mx.example.net' },
    sender: {
      address: path === null ? null : at(path),
      body: '7BIT',
      isSmtpUtf8: false,
      ...(declared === undefined ? {} : { submitter: at(declared) }),
    },
  });
  if (outcome?.status !== 'done') return `unavailable: ${outcome?.reason}`;
  return outcome.findings.map(({ symbol, action }) => [symbol, action].filter(Boolean).join(' ')).join();
}

describe('check submitter', () => {
  it('tests whom SUBMITTER names, and not the return path', async () => {
    assert.equal(await ask({ declared: 'example.org' }), 'SUBMITTER_FAIL');
    assert.equal(await ask({ declared: 'example.org', path: null }), 'SUBMITTER_FAIL');
    assert.equal(await ask({ declared: 'example.org', ip: '192.0.2.1' }), '');
    assert.equal(await ask({ declared: 'gone.example', path: 'example.org' }), '');
  });

  it('refuses before the body in the mode of RFC 4405', async () => {
    assert.equal(await ask({ declared: 'example.org', refuses: true }), 'SUBMITTER_FAIL reject');
    assert.equal(submitter.symbols.SUBMITTER_FAIL.status, '7.1');
  });

  it('tests MAIL FROM where SUBMITTER is absent, and never refuses for it', async () => {
    assert.equal(await ask({ path: 'example.org', refuses: true }), 'SUBMITTER_IMPLIED_FAIL');
    assert.equal(await ask({ path: null }), '');
    assert.equal(await ask({ path: 'old.example' }), '');
  });

  it('only lists what a record for MAIL FROM says', async () => {
    assert.equal(await ask({ declared: 'old.example', refuses: true }), 'SUBMITTER_SPF1_FAIL');
  });

  it('is unavailable, and refuses nothing, when the name service fails', async () => {
    assert.equal(await ask({ declared: 'ill.example', refuses: true }), 'unavailable: dns-unavailable: SERVFAIL');
    assert.equal(await ask({ path: 'ill.example' }), '');
  });

  it('does not test clients of ours', async () => {
    assert.equal(await ask({ declared: 'example.org', isOurs: true, refuses: true }), '');
  });
});

describe('fact submitter', () => {
  it('speaks in Authentication-Results of a SUBMITTER that was given', () => {
    const address = { local: 'bob', domain: 'example.org' };
    const verdict = { result: 'fail', domain: 'example.org' } as const;
    assert.deepEqual(submitterFact.results?.({ address, isDeclared: true, verdict }), [
      { method: 'sender-id', result: 'fail', properties: [['smtp', 'submitter', 'bob@example.org']] },
    ]);
    assert.deepEqual(submitterFact.results?.({ address, isDeclared: false, verdict }), []);
  });
});
