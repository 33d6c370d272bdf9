// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DkimResult } from '../dkim.ts';
import type { SpfResult } from '../spf.ts';
import dkim from './dkim.ts';
import heloSpf from './helo-spf.ts';
import spf from './spf.ts';

const long = 'x'.repeat(500);
const signature: DkimResult = {
  result: 'fail',
  domain: 'example.org',
  selector: 's1',
  algorithm: 'rsa-sha256',
  identity: '@example.org',
  signature: 'abcdefgh',
  signedFields: ['from'],
  reason: 'bad signature',
  isTest: false,
};
const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('facts of authentication', () => {
  it('put at most 2 kB each into the record', () => {
    const worst: SpfResult = {
      result: 'permerror',
      identity: 'mailfrom',
      domain: 'd'.repeat(253),
      record: long,
      explanation: long,
      reason: long,
    };
    assert.ok(sizeOf(spf.record?.(worst)) <= 2_000);
    const signatures = Array.from({ length: 10 }, () => ({ ...signature, domain: long, selector: long, reason: long }));
    assert.ok(sizeOf(dkim.record?.(signatures)) <= 2_000);
  });

  it('say in Authentication-Results what was looked at', () => {
    const passed: SpfResult = { result: 'pass', identity: 'mailfrom', domain: 'example.org' };
    assert.deepEqual(spf.results?.(passed), [
      { method: 'spf', result: 'pass', properties: [['smtp', 'mailfrom', 'example.org']] },
    ]);
    assert.deepEqual(spf.results?.({ ...passed, passesAnyone: true }), [
      {
        method: 'spf',
        result: 'pass',
        reason: 'the domain lets anyone send',
        properties: [
          ['smtp', 'mailfrom', 'example.org'],
          ['policy', 'proof', 'none'],
        ],
      },
    ]);
    assert.deepEqual(spf.results?.({ result: 'none', identity: 'nobody', domain: '' }), []);
    const byName: SpfResult = { result: 'fail', identity: 'helo', domain: 'mx.example.org' };
    assert.deepEqual(spf.results?.(byName), []);
    assert.deepEqual(heloSpf.results?.(byName), [
      { method: 'spf', result: 'fail', properties: [['smtp', 'helo', 'mx.example.org']] },
    ]);
    assert.deepEqual(heloSpf.results?.({ ...byName, result: 'none' }), []);
    assert.deepEqual(dkim.results?.([]), [{ method: 'dkim', result: 'none', properties: [] }]);
    assert.deepEqual(dkim.results?.([{ ...signature, selector: '' }]), [
      {
        method: 'dkim',
        result: 'fail',
        reason: 'bad signature',
        properties: [
          ['header', 'd', 'example.org'],
          ['header', 'i', '@example.org'],
          ['header', 'a', 'rsa-sha256'],
          ['header', 'b', 'abcdefgh'],
        ],
      },
    ]);
    const [tried] = dkim.results?.([{ ...signature, result: 'pass', isTest: true }]) ?? [];
    assert.equal(tried?.reason, 'the domain is only testing (t=y)');
    assert.deepEqual(tried?.properties.at(-1), ['policy', 'proof', 'none']);
  });
});
