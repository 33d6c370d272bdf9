// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Dns } from '../core/dns.ts';
import { zoneDns, type Zone } from '../net/zone-dns.ts';
import { evaluateDmarc, type DmarcQuestion } from './dmarc.ts';
import { Walker } from './dmarc-walk.ts';

function counted(zone: Zone): { readonly dns: Dns; readonly asked: string[] } {
  const inner = zoneDns(zone);
  const asked: string[] = [];
  return {
    asked,
    dns: {
      ask: (name, type) => {
        asked.push(`${name} ${type}`);
        return inner.ask(name, type);
      },
      cached: () => undefined,
    },
  };
}

function evaluate(domain: string, zone: Zone, more: Partial<DmarcQuestion> = {}) {
  return evaluateDmarc({ domain, spf: [], dkim: [], dns: zoneDns(zone), ...more });
}

describe('DMARC', () => {
  it('asks at most eight names on the way up', async () => {
    for (const [labels, questions] of [
      [7, 7],
      [8, 8],
      [9, 8],
      [100, 8],
    ] as const) {
      const { dns, asked } = counted({});
      const name = `${'a.'.repeat(labels - 1)}example`;
      await new Walker(dns).walk(name);
      assert.equal(asked.length, questions, `${labels} labels`);
    }
  });

  it('asks each name once for all identities of a message', async () => {
    const { dns, asked } = counted({ '_dmarc.bank.example': { TXT: 'v=DMARC1; p=reject' } });
    const dkim = Array.from({ length: 1_000 }, (_, i) => `s${i}.bank.example`);
    const { result, reason } = await evaluateDmarc({
      domain: 'bank.example',
      spf: ['other.example'],
      dkim: ['s.evil.example', ...dkim],
      dns,
    });
    assert.deepEqual([result, reason, new Set(asked).size], ['pass', undefined, asked.length]);
  });

  it('walks for no more than ten identities, and then refuses to say fail', async () => {
    const zone: Zone = {
      '_dmarc.bank.example': { TXT: 'v=DMARC1; p=reject' },
      ...Object.fromEntries(
        Array.from({ length: 20 }, (_, i) => [`_dmarc.s${i}.bank.example`, { TXT: 'v=DMARC1; p=none; psd=n' }]),
      ),
    };
    const of = (count: number) => Array.from({ length: count }, (_, i) => `s${i}.bank.example`);
    assert.equal((await evaluate('bank.example', zone, { dkim: of(10) })).result, 'fail');
    assert.equal((await evaluate('bank.example', zone, { dkim: of(11) })).result, 'temperror');
  });

  it('never turns a pass into anything by a name service that fails', async () => {
    const zone: Zone = {
      '_dmarc.mail.bank.example': { TXT: 'v=DMARC1; p=reject' },
      '_dmarc.bank.example': { fails: 'SERVFAIL' },
    };
    const verdict = async (dkim: string[]) => (await evaluate('mail.bank.example', zone, { dkim })).result;
    assert.equal(await verdict(['mail.bank.example']), 'pass');
    assert.equal(await verdict(['bank.example']), 'temperror');
    assert.equal(await verdict(['evil.test']), 'fail');
    assert.equal((await evaluate('a.bank.example', zone, {})).result, 'temperror');
  });

  it('takes the milder of sp and np where it is not known whether the name exists', async () => {
    const record = { TXT: 'v=DMARC1; p=reject; sp=quarantine; np=reject' };
    const asks = async (zone: Zone) =>
      (await evaluate('a.bank.example', { '_dmarc.bank.example': record, ...zone })).policy?.asks;
    assert.equal(await asks({}), 'reject');
    assert.equal(await asks({ 'a.bank.example': { MX: '1 mx.bank.example' } }), 'quarantine');
    assert.equal(await asks({ 'b.a.bank.example': { A: '192.0.2.1' } }), 'quarantine');
    assert.equal(await asks({ 'a.bank.example': { fails: 'TIMEOUT' } }), 'quarantine');
  });

  it('leaves address literals and impossible names alone', async () => {
    for (const domain of ['[192.0.2.1]', '192.0.2.1', `${'a'.repeat(64)}.example`, 'a..example', '']) {
      const { dns, asked } = counted({});
      assert.equal((await evaluateDmarc({ domain, spf: [], dkim: [], dns })).result, 'none');
      assert.deepEqual(asked, []);
    }
  });

  it('knows no organization by a list of suffixes', async () => {
    const zone: Zone = {
      '_dmarc.co.jp': { TXT: 'v=DMARC1; p=none; psd=y' },
      '_dmarc.bank.co.jp': { TXT: 'v=DMARC1; p=reject' },
    };
    assert.equal((await evaluate('bank.co.jp', zone, { dkim: ['evil.co.jp'] })).result, 'fail');
    assert.equal((await evaluate('a.bank.co.jp', zone, { dkim: ['b.bank.co.jp'] })).result, 'pass');
    const { organization, policy } = await evaluate('x.shop.co.jp', zone);
    assert.deepEqual([organization, policy?.domain, policy?.asks], ['shop.co.jp', 'co.jp', 'none']);
  });
});
