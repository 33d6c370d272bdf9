// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { blobsOf, decodeHead, encodeInto, encodeRecord, isIntact, jsonOf, recordBytes, recordParts } from './record.ts';

const parts = recordParts('put', { a: '関' }, [Buffer.from('xy'), Buffer.from('z')]);
const record = (salt = 5) => Buffer.concat(encodeRecord(parts, salt));

describe('record', () => {
  it('comes back as it was', () => {
    const bytes = record();
    const head = decodeHead(bytes);
    assert.ok(head && isIntact(bytes, 5));
    assert.deepEqual(
      [head.kind, recordBytes(head), jsonOf(bytes, head), blobsOf(bytes, head).toString()],
      ['put', bytes.length, { a: '関' }, 'xyz'],
    );
  });

  it('is the same in a buffer among others as by itself', () => {
    const room = Buffer.alloc(2 * record().length, 0xff);
    assert.equal(encodeInto(room, encodeInto(room, 0, parts, 5), parts, 5), room.length);
    assert.deepEqual(room, Buffer.concat([record(), record()]));
  });

  it('is not intact when any bit of it is another, when it is cut short, or in another segment', () => {
    for (let bit = 0; bit < record().length * 8; bit++) {
      const bytes = record();
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal(isIntact(bytes, 5), false);
    }
    assert.equal(isIntact(record().subarray(0, -1), 5), false);
    assert.equal(isIntact(Buffer.concat([record(), Buffer.alloc(1)]), 5), false);
    assert.equal(isIntact(record(), 6), false);
  });

  it('is never read from noise', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), noise => !isIntact(Buffer.from(noise), 5)));
  });

  it('has limits on its lengths', () => {
    for (const [at, limit] of [
      [8, 64 * 1_048_576],
      [12, 128 * 1_048_576],
    ] as const) {
      const bytes = record();
      bytes.writeUInt32LE(limit, at);
      assert.ok(decodeHead(bytes));
      bytes.writeUInt32LE(limit + 1, at);
      assert.equal(decodeHead(bytes), undefined);
    }
    assert.equal(decodeHead(record().subarray(0, 19)), undefined);
  });
});
