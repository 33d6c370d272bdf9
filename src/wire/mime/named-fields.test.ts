// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { namedFields } from './named-fields.ts';

const find = namedFields(['x-spam-flag', 'received']);
const found = (text: string) => find(Buffer.from(text, 'latin1')).map(({ key, raw }) => `${key}=${raw}`);
const left = (text: string): string =>
  find(Buffer.from(text, 'latin1')).reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);

describe('named fields', () => {
  it('finds a field in any case, folded, and with white space before the colon', () => {
    for (const field of [
      'X-Spam-Flag: NO\r\n',
      'x-sPAM-flag:NO\r\n',
      'X-Spam-Flag \t: NO\r\n',
      'X-Spam-Flag\r\n : NO\r\n',
      'X-Spam-Flag\0: NO\r\n',
      'X-Spam-Flag:\r\n\tNO\r\n',
    ]) {
      assert.deepEqual(found(`A: b\r\n${field}C: d\r\n\r\nbody`), ['x-spam-flag=NO'], field);
      assert.equal(left(`A: b\r\n${field}C: d\r\n\r\nbody`), 'A: b\r\nC: d\r\n\r\nbody');
    }
  });

  it('finds it after lines that are no fields, and behind many that are', () => {
    assert.deepEqual(found('no field\r\nX-Spam-Flag: NO\r\n\r\n'), ['x-spam-flag=NO']);
    assert.deepEqual(found(`${'A: b\r\n'.repeat(20_000)}Received: x\r\n`), ['received=x']);
  });

  it('finds none in the body, in a folded line, or where the name is another', () => {
    for (const text of [
      '\r\nReceived: x\r\n',
      'A: b\r\n\r\nReceived: x\r\n',
      'A: b\r\n Received: x\r\n',
      'Received-SPF: x\r\nX-Received: y\r\nReceived\r\n',
      '',
    ])
      assert.deepEqual(found(text), [], text);
  });

  it('finds what becomes such a field when NULs are taken out, as SMTP does', () => {
    for (const field of [
      'X-Sp\0am-Flag: NO\r\n',
      '\0X-Spam-Flag: NO\r\n',
      'X-Spam-Flag:\r\n\0 NO\r\n',
      'X-Spam-Flag\0\0\r\n\0\t: N\0O\r\n',
    ]) {
      assert.deepEqual(found(`A: b\r\n${field}C: d\r\n\r\nbody`), ['x-spam-flag=NO'], field);
      assert.equal(left(`A: b\r\n${field}\0C: d\r\n\r\nbody`), 'A: b\r\n\0C: d\r\n\r\nbody');
    }
    assert.deepEqual(found('A: b\r\n\0\r\nX-Spam-Flag: NO\r\n\r\n'), ['x-spam-flag=NO']);
    assert.deepEqual(found('A: b\0\r\n\r\nX-Spam-Flag: NO\r\n'), []);
  });

  it('ends with a message that ends in its header', () => {
    assert.deepEqual(
      find(Buffer.from('A: b\r\nReceived: x')).map(({ start, end }) => [start, end]),
      [[6, 17]],
    );
  });
});
