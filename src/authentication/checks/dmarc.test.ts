// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import type { FactValue } from '../../check/fact.ts';
import { clientAt } from '../../core/client.ts';
import { zoneDns, type Zone } from '../../net/zone-dns.ts';
import type { DmarcMeasured } from '../facts/dmarc.ts';
import { evaluateDmarc } from '../dmarc.ts';
import dmarc from './dmarc.ts';

const zone: Zone = {
  '_dmarc.bank.example': { TXT: 'v=DMARC1; p=reject' },
  '_dmarc.shop.example': { TXT: 'v=DMARC1; p=quarantine' },
  '_dmarc.try.example': { TXT: 'v=DMARC1; p=reject; t=y' },
  '_dmarc.club.example': { TXT: 'v=DMARC1; p=none' },
  '_dmarc.gone.example': { fails: 'SERVFAIL' },
};
const identities: FactValue<'identities'> = {
  from: [],
  sender: [],
  replyTo: [],
  to: [],
  cc: [],
  author: undefined,
  fromFields: 1,
  local: { author: false },
  handedOn: undefined,
};

const noArc: FactValue<'arc'> = { result: 'none', hadFailed: false, sealers: [], trusted: [] };

interface Given {
  readonly spf?: readonly string[];
  readonly dkim?: readonly string[];
  readonly undecided?: readonly string[];
  readonly handedOn?: 'list' | 'resent';
  readonly broken?: string;
  readonly arc?: Partial<FactValue<'arc'>>;
  readonly ip?: string;
  readonly isOurs?: boolean;
  /** Of the records that speak for the author. */
  readonly passesAnyone?: boolean;
  readonly isTest?: boolean;
}

function evaluate(domain: string, { spf = [], dkim = [], undecided = [] }: Given = {}) {
  return evaluateDmarc({ domain, spf, dkim, undecided, dns: zoneDns(zone) });
}

async function ask(domain: string, given: Given = {}): Promise<string> {
  return say({ kind: 'one', result: await evaluate(domain, given) }, given);
}

/** What SPF says where a domain is aligned by it. */
function spfOf(domain: string | undefined, passesAnyone = false): FactValue<'spf'> {
  if (domain === undefined) return { result: 'none', identity: 'nobody', domain: '' };
  return { result: 'pass', identity: 'mailfrom', domain, ...(passesAnyone ? { passesAnyone } : {}) };
}

async function say(measured: DmarcMeasured, given: Given = {}) {
  const { handedOn, broken, arc, ip = '203.0.113.9', isOurs, passesAnyone, isTest = false } = given;
  const result = measured.kind === 'one' ? measured.result : undefined;
  const signed = result?.dkim === undefined ? [] : [{ ...brokenBy(result.dkim), result: 'pass', isTest } as const];
  const facts = {
    dmarc: measured,
    spf: spfOf(result?.spf, passesAnyone),
    dkim: broken === undefined ? signed : [brokenBy(broken)],
    identities: { ...identities, handedOn },
    arc: { ...noArc, ...arc },
  };
  const said = await desk(dmarc, {}, { facts }).ask({ client: clientAt(ip, 25, isOurs) });
  return said.map(one => (one.startsWith('DMARC') ? one.split(':')[0] : one)).join(' ');
}

function brokenBy(domain: string): FactValue<'dkim'>[number] {
  return {
    result: 'fail',
    domain,
    selector: 's1',
    algorithm: 'rsa-sha256',
    identity: `@${domain}`,
    signature: 'abcdefgh',
    signedFields: ['from'],
    isTest: false,
  };
}

describe('check dmarc', () => {
  it('says by what the author’s domain is proved', async () => {
    const result = await evaluate('bank.example', { spf: ['mail.bank.example'] });
    const said = await desk(
      dmarc,
      {},
      { facts: { dmarc: { kind: 'one', result }, spf: spfOf('mail.bank.example'), dkim: [], arc: noArc, identities } },
    ).ask({
      client: clientAt('203.0.113.9', 25),
    });
    assert.deepEqual(said, ['DMARC_PASS: The author’s domain, bank.example, is proved by SPF.']);
  });

  it('gives no credit for a proof that proves nothing', async () => {
    const bySpf = { spf: ['bank.example'], passesAnyone: true };
    assert.equal(await ask('bank.example', bySpf), 'DMARC_PASS_OPEN');
    assert.equal(await ask('bank.example', { ...bySpf, dkim: ['bank.example'], isTest: true }), 'DMARC_PASS_OPEN');
    assert.equal(await ask('bank.example', { ...bySpf, dkim: ['bank.example'] }), 'DMARC_PASS');
    assert.equal(
      await ask('bank.example', { spf: ['bank.example'], dkim: ['bank.example'], isTest: true }),
      'DMARC_PASS',
    );
  });

  it('does what the domain asks for', async () => {
    assert.equal(await ask('bank.example'), 'DMARC_REJECT');
    assert.equal(await ask('bank.example', { spf: ['evil.example'], dkim: ['evil.example'] }), 'DMARC_REJECT');
    assert.equal(await ask('shop.example'), 'DMARC_QUARANTINE');
    assert.equal(await ask('try.example'), 'DMARC_QUARANTINE');
    assert.equal(await ask('club.example'), 'DMARC_FAIL');
    assert.equal(await ask('none.example'), '');
  });

  it('refuses nothing while a question is open', async () => {
    assert.equal(await ask('gone.example'), 'unavailable: dns-unavailable: SERVFAIL');
    assert.match(await ask('bank.example', { undecided: ['bank.example'] }), /^unavailable/);
    assert.equal(await ask('bank.example', { undecided: ['evil.example'] }), 'DMARC_REJECT');
    assert.equal(await ask('bank.example', { undecided: ['bank.example'], dkim: ['bank.example'] }), 'DMARC_PASS');
  });

  it('refuses nothing that looks handed on, nor what our own machines hand over', async () => {
    assert.equal(await ask('bank.example', { handedOn: 'list' }), 'DMARC_FAIL_LIST');
    assert.equal(await ask('bank.example', { handedOn: 'resent' }), 'DMARC_FAIL_LIST');
    assert.equal(await ask('bank.example', { broken: 'mail.bank.example' }), 'DMARC_FAIL_CHANGED');
    assert.equal(await ask('bank.example', { broken: 'evil.example' }), 'DMARC_REJECT');
    assert.equal(await ask('bank.example', { ip: '10.0.0.1' }), 'DMARC_FAIL_INSIDE');
    assert.equal(await ask('bank.example', { isOurs: true }), '');
  });

  it('forgives where a trusted sealer had found the proof', async () => {
    const sealed = (sealer: string, dmarc: string, from: string): Given => ({
      arc: {
        result: 'pass',
        trusted: [
          {
            sealer,
            instance: 1,
            results: [{ method: 'dmarc', result: dmarc, properties: [['header', 'from', from]] }],
          },
        ],
      },
    });
    assert.equal(await ask('bank.example', sealed('lists.example', 'pass', 'bank.example')), 'DMARC_FORGIVEN');
    assert.equal(await ask('bank.example', sealed('lists.example', 'pass', 'evil.example')), 'DMARC_REJECT');
    assert.equal(await ask('bank.example', sealed('lists.example', 'fail', 'bank.example')), 'DMARC_REJECT');
    assert.equal(await ask('bank.example', { arc: { result: 'pass' } }), 'DMARC_REJECT');
    assert.equal(await ask('bank.example', { arc: { result: 'temperror' } }), 'DMARC_FAIL_LIST');
  });

  it('lets no second author be a way round', async () => {
    const several = async (...domains: string[]): Promise<string> =>
      say({
        kind: 'several',
        fields: 1,
        results: await Promise.all(domains.map(domain => evaluate(domain, { spf: ['evil.example'] }))),
      });
    assert.equal(await several('evil.example', 'bank.example'), 'DMARC_AUTHOR_FORGED');
    assert.equal(await several('evil.example', 'club.example'), 'DMARC_AUTHORS_SEVERAL');
    assert.equal(await several(), 'DMARC_AUTHOR_UNCLEAR');
    assert.equal(await say({ kind: 'not-asked' }), '');
  });
});
