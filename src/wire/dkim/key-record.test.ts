// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { describe, it } from 'node:test';
import { readKeyRecord } from './key-record.ts';
import { makePublicKey } from './public-key.ts';
import { holds } from './verify.ts';

const wrongOf = (text: string): string => {
  const read = readKeyRecord(text);
  return 'wrong' in read ? read.wrong : 'nothing';
};

describe('key records', () => {
  it('are read with all that bears on a signature', () => {
    const read = readKeyRecord('v=DKIM1; k=ed25519; h=sha256 : sha1; s=web:email; t=y:s; g=; x=what; p=AA\r\n AA');
    assert.deepEqual('value' in read && read.value, {
      type: 'ed25519',
      octets: Buffer.from('AAAA', 'base64'),
      isTest: true,
      isStrict: true,
      hasVersion: true,
      hashes: ['sha256', 'sha1'],
      granularity: '',
    });
  });

  it('say what is wrong with them', () => {
    for (const [text, wrong] of [
      ['v=DKIM2; p=AAAA', /version/],
      ['p=AAAA; v=DKIM1', /version/],
      ['k=dsa; p=AAAA', /type/],
      ['v=DKIM1', /no key/],
      ['v=DKIM1; t; p=AAAA', /malformed/],
      ['p=***', /base64/],
      ['s=chat; p=AAAA', /not for mail/],
      ['""', /malformed/],
      [`p=${'A'.repeat(65_536)}`, /too long/],
    ] as const)
      assert.match(wrongOf(text), wrong, text);
    assert.equal(wrongOf('p='), 'nothing');
  });
});

describe('public keys', () => {
  it('verify what the private key signed, in every form a record may have', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const ed = generateKeyPairSync('ed25519');
    const bytes = Buffer.from('signed');
    const raw = ed.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
    for (const [type, octets, signature, bits] of [
      ['rsa', rsa.publicKey.export({ type: 'spki', format: 'der' }), sign('sha256', bytes, rsa.privateKey), 1024],
      ['rsa', rsa.publicKey.export({ type: 'pkcs1', format: 'der' }), sign('sha256', bytes, rsa.privateKey), 1024],
      ['ed25519', raw, sign(null, hash('sha256', bytes, 'buffer'), ed.privateKey), 256],
    ] as const) {
      const made = makePublicKey(type, octets);
      assert.ok('value' in made);
      assert.equal(made.value.bits, bits);
      assert.equal(holds('signed', signature, made.value, 'sha256'), true);
      assert.equal(holds('Signed', signature, made.value, 'sha256'), false);
      assert.equal(holds('signed', Buffer.alloc(0), made.value, 'sha256'), false);
    }
  });

  it('are refused when they are none, or would hold the thread', () => {
    const ed = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' });
    for (const [type, octets] of [
      ['ed25519', ed],
      ['ed25519', Buffer.alloc(31)],
      ['rsa', ed],
      ['rsa', Buffer.alloc(0)],
      ['rsa', Buffer.alloc(9_000, 0x30)],
    ] as const)
      assert.ok('wrong' in makePublicKey(type, octets));
    for (const bits of [8_200, 16_384, 60_000])
      assert.deepEqual(makePublicKey('rsa', rsaOf(bits, 3)), { wrong: 'the key is longer than we verify' });
    assert.deepEqual(makePublicKey('rsa', rsaOf(3_072, 512)), { wrong: 'the exponent of the key is too large' });
    const largest = makePublicKey('rsa', rsaOf(8_192, 3));
    assert.ok('value' in largest);
    const before = process.cpuUsage();
    assert.equal(holds('x', Buffer.alloc(2_048, 1), largest.value, 'sha256'), false);
    assert.ok(process.cpuUsage(before).user < 100_000);
  });
});

/** A key of so many bits with an exponent of so many octets, which has no private half (RFC 8017 A.1.1). */
function rsaOf(bits: number, exponentBytes: number): Buffer {
  const sequence = Buffer.concat([numberOf(Buffer.alloc(bits / 8, 0xff)), numberOf(Buffer.alloc(exponentBytes, 1))]);
  return Buffer.concat([headOf(0x30, sequence.length), sequence]);
}

function numberOf(octets: Buffer): Buffer {
  return Buffer.concat([headOf(0x02, octets.length + 1), Buffer.from([0]), octets]);
}

function headOf(tag: number, length: number): Buffer {
  return Buffer.from([tag, 0x82, length >> 8, length & 0xff]);
}
