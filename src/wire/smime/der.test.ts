// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { childrenOf, octetsOf, oidOf, readElement, timeOf } from './der.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('DER', () => {
  it('reads a value and leaves what follows', () => {
    assert.equal(readElement(hex('0403 616263 ff'))?.content.toString(), 'abc');
  });

  it('reads octets that come in pieces without a length', () => {
    assert.equal(octetsOf(readElement(hex('2480 040161 0402 6263 0000 ff')))?.toString(), 'abc');
  });

  it('reads object identifiers', () => {
    assert.equal(oidOf(readElement(hex('0609 2a864886f70d010702'))), '1.2.840.113549.1.7.2');
    assert.equal(oidOf(readElement(hex('0603 551d11'))), '2.5.29.17');
  });

  it('reads times of both kinds', () => {
    assert.equal(timeOf(readElement(Buffer.from('\x17\x0d261124100000Z', 'latin1'))), Date.UTC(2026, 10, 24, 10));
    assert.equal(timeOf(readElement(Buffer.from('\x18\x0f21261124100000Z', 'latin1'))), Date.UTC(2126, 10, 24, 10));
    assert.equal(timeOf(readElement(Buffer.from('\x17\x0d2611241000+0Z', 'latin1'))), undefined);
  });

  it('takes no value that ends after its bytes', () => {
    for (const text of [
      '',
      '04',
      '0403 6162',
      '0485 0100000000',
      '04ff',
      '3080 040161',
      '3080',
      '1f01 00',
      '0480 0000',
    ])
      assert.equal(readElement(hex(text)), undefined, text);
  });

  it('goes no deeper than any real one', () => {
    const nested = (depth: number): Buffer => Buffer.concat([hex('3080'.repeat(depth)), hex('0000'.repeat(depth))]);
    assert.ok(readElement(nested(25)));
    assert.equal(readElement(nested(26)), undefined);
  });

  it('holds no more children than a thousand', () => {
    const many = (count: number): Buffer =>
      Buffer.concat([hex('30 83'), Buffer.from([0, (count * 2) >> 8, (count * 2) & 255]), hex('0500'.repeat(count))]);
    assert.equal(childrenOf(readElement(many(1_000)))?.length, 1_000);
    assert.equal(childrenOf(readElement(many(1_001))), undefined);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), octets => {
        const element = readElement(Buffer.from(octets));
        childrenOf(element);
        octetsOf(element);
        oidOf(element);
        timeOf(element);
        return true;
      }),
    );
  });
});
