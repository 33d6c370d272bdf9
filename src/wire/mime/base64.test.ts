// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeBase64Texts } from './base64.ts';

const read = (coded: string): string => decodeBase64Texts(Buffer.from(coded, 'latin1')).toString('latin1');

describe('base64 in several texts', () => {
  it('gives the bytes of each', () => {
    assert.equal(read('QQ==QkM=REVG'), 'ABCDEF');
    assert.equal(read('QQ==\r\n QkM='), 'ABC');
    assert.equal(read('Q=Q==Q'), '');
    assert.equal(read(''), '');
  });

  it('reads each as Node reads it', () => {
    const text = fc.string({ unit: fc.constantFrom('A', 'z', '9', '+', '/', '-', '_', '*', ' ', '\xff') });
    fc.assert(
      fc.property(fc.array(text), texts => {
        const single = texts.map(one => Buffer.from(one, 'base64'));
        assert.deepEqual(decodeBase64Texts(Buffer.from(texts.join('='), 'latin1')), Buffer.concat(single));
      }),
    );
  });

  it('reads a megabyte of texts of one byte in a time that no other message notices', () => {
    const coded = Buffer.from('QQ=='.repeat(262_144));
    const before = process.cpuUsage();
    assert.equal(decodeBase64Texts(coded).length, 262_144);
    const { user, system } = process.cpuUsage(before);
    // 5 ms; with a buffer for each, 300.
    assert.ok(user + system < 100_000, `${(user + system) / 1_000} ms`);
  });
});
