// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkVbr, type VbrResult } from '../accreditation.ts';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { zoneDns, type Zone } from '../../net/zone-dns.ts';
import type { DkimResult } from '../dkim-result.ts';
import vbrFact from '../facts/vbr.ts';
import { askedOfNobody, type SpfResult } from '../spf.ts';
import vbr from './vbr.ts';

const field = 'md=example.org; mc=transaction; mv=unknown.example:voucher.example';
const vouched: Zone = { 'example.org._vouch.voucher.example': { TXT: 'list transaction' } };
const bySpf: SpfResult = { result: 'pass', identity: 'mailfrom', domain: 'example.org' };
const signed = (more: Partial<DkimResult> = {}): DkimResult => ({
  result: 'pass',
  domain: 'example.org',
  selector: 's',
  algorithm: 'rsa-sha256',
  identity: '@example.org',
  signature: 'abc',
  signedFields: ['from', 'vbr-info'],
  isTest: false,
  ...more,
});

const look = ({
  fields = [field],
  spf = askedOfNobody,
  dkim = [signed()],
  trusted = ['voucher.example'],
  zone = vouched,
}: {
  readonly fields?: readonly string[];
  readonly spf?: SpfResult;
  readonly dkim?: readonly DkimResult[];
  readonly trusted?: readonly string[];
  readonly zone?: Zone;
} = {}): Promise<VbrResult> => checkVbr({ fields, spf, dkim, trusted, dns: zoneDns(zone) });
const resultOf = async (how?: Parameters<typeof look>[0]): Promise<string> => (await look(how)).result;

describe('vouching', () => {
  it('counts for a domain proven by a signature over the field, or by SPF', async () => {
    assert.equal(await resultOf(), 'pass');
    assert.equal(await resultOf({ dkim: [], spf: bySpf }), 'pass');
  });

  it('counts for no domain that is not proven', async () => {
    for (const dkim of [
      [],
      [signed({ result: 'fail' })],
      [signed({ domain: 'example.com' })],
      [signed({ domain: 'mail.example.org' })],
      [signed({ signedFields: ['from'] })],
      [signed({ unsignedBytes: 5 })],
      [signed({ isTest: true })],
    ])
      assert.equal(await resultOf({ dkim }), 'none');
    assert.equal(await resultOf({ dkim: [], spf: { ...bySpf, result: 'softfail' } }), 'none');
    assert.equal(await resultOf({ dkim: [], spf: { ...bySpf, passesAnyone: true } }), 'none');
  });

  it('is asked only of those whom the operator trusts', async () => {
    const zone = { ...vouched, 'example.org._vouch.unknown.example': { TXT: 'all' } };
    assert.equal(await resultOf({ zone, trusted: [] }), 'none');
    assert.equal(await resultOf({ zone, trusted: ['example.com'] }), 'none');
    assert.deepEqual(await look({ zone }), {
      result: 'pass',
      domain: 'example.org',
      content: 'transaction',
      voucher: 'voucher.example',
    });
  });

  it('counts only for the kind of mail that is vouched for', async () => {
    assert.equal(await resultOf({ fields: [field.replace('transaction', 'all')] }), 'fail');
    assert.equal(await resultOf({ fields: [field.replace('transaction', 'all'), field] }), 'pass');
    assert.equal(await resultOf({ zone: {} }), 'fail');
  });

  it('is unknown where the name service fails', async () => {
    assert.equal(
      await resultOf({ zone: { 'example.org._vouch.voucher.example': { fails: 'SERVFAIL' } } }),
      'temperror',
    );
  });
});

describe('check vbr', () => {
  const says = (value: VbrResult, language: 'en' | 'ja' = 'en') =>
    desk(vbr, {}, { facts: { vbr: value }, language }).ask({ client: clientAt('203.0.113.9', 25) });
  const about = { domain: 'example.org', content: 'list', voucher: 'voucher.example' } as const;

  it('says who vouches, and what to do where nobody does', async () => {
    assert.deepEqual(await says({ result: 'pass', ...about }), [
      'VBR_VOUCHED: voucher.example, who is trusted here, vouches for mail of example.org (kind: list).',
    ]);
    assert.match(
      String(await says({ result: 'fail', ...about }, 'ja')),
      /^VBR_NOT_VOUCHED: .*VBR-Info からその名前を除くこと。$/,
    );
    assert.deepEqual(await says({ result: 'none' }), []);
    assert.deepEqual(await says({ result: 'temperror', ...about }), ['unavailable: dns-unavailable: voucher.example']);
  });

  it('tells Authentication-Results as RFC 6212 has it', () => {
    assert.deepEqual(vbrFact.results?.({ result: 'pass', ...about }), [
      {
        method: 'vbr',
        result: 'pass',
        properties: [
          ['header', 'md', 'example.org'],
          ['header', 'mv', 'voucher.example'],
        ],
      },
    ]);
    assert.deepEqual(vbrFact.results?.({ result: 'none' }), []);
  });
});
