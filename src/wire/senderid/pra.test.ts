// SPDX-License-Identifier: Apache-2.0
/** The choice between fields is tested case by case in test/conformance/pra.json; here is what no list of cases can show. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatAddress } from '../../core/address.ts';
import { parseMessage } from '../mime/parse.ts';
import { readSingleMailbox } from './mailbox.ts';
import { selectPra } from './pra.ts';

const praOf = (header: string) => selectPra(parseMessage(Buffer.from(header)).headers);

describe('selectPra', () => {
  it('says which field was chosen', () => {
    const pra = praOf('From: alice@example.org\r\nSender: carol@example.net\r\n\r\n');
    assert.deepEqual(pra, {
      kind: 'found',
      field: 'sender',
      address: { local: 'carol', domain: 'example.net' },
    });
  });

  it('says why there is none', () => {
    assert.deepEqual(praOf('Subject: x\r\n\r\n'), { kind: 'missing', field: 'from', why: 'absent' });
    assert.deepEqual(praOf('Sender: a@b.example\r\nSender: a@b.example\r\n\r\n'), {
      kind: 'missing',
      field: 'sender',
      why: 'several',
    });
    assert.deepEqual(praOf('Resent-From: nobody\r\nFrom: a@b.example\r\n\r\n'), {
      kind: 'missing',
      field: 'resent-from',
      why: 'malformed',
    });
  });
});

describe('readSingleMailbox', () => {
  it('gives a value for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), text => void readSingleMailbox(text)));
    fc.assert(
      fc.property(fc.array(fc.constantFrom('<', '>', '(', ')', '"', '\\', ',', ':', 'a@b.example', ' ')), signs => {
        const read = readSingleMailbox(signs.join(''));
        assert.ok(read === undefined || formatAddress(read) === 'a@b.example' || read.local !== '');
      }),
    );
  });

  it('reads what is longer than any honest field in no more than a moment, and finds nothing there', () => {
    assert.equal(readSingleMailbox('('.repeat(100_000)), undefined);
    assert.equal(readSingleMailbox(`a@b.example${' '.repeat(4_086)}`), undefined);
    assert.deepEqual(readSingleMailbox(`a@b.example${' '.repeat(4_085)}`), { local: 'a', domain: 'b.example' });
  });
});
