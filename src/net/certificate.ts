// SPDX-License-Identifier: Apache-2.0
/**
 * Certificate — a self-signed P-256 certificate for a server that was given none (RFC 5280, RFC 5480).
 * Good enough for mail, where senders encrypt without asking whose certificate it is (RFC 7435); P-256 costs a quarter less CPU than RSA.
 */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { parseIp } from '../core/ip.ts';
import type { Random } from '../core/random.ts';
import { bitString, boolean, integer, objectId, octetString, sequence, set, tagged, time, utf8 } from './der.ts';

export interface Certificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

const dayMs = 86_400_000;
const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'));

export function makeSelfSigned(name: string, nowMs: number, random: Random, days = 3_650): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const keyInfo = publicKey.export({ type: 'spki', format: 'der' });
  // RFC 5280 A.1: a common name has 64 signs at most; the whole name stands among the alternatives.
  const names = sequence(set(sequence(objectId('2.5.4.3'), utf8(name.slice(0, 64)))));
  const signed = sequence(
    tagged(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), random.bytes(15)])),
    ecdsaWithSha256,
    names,
    // A day earlier, for clients whose clocks are slow.
    sequence(time(nowMs - dayMs), time(nowMs + days * dayMs)),
    names,
    keyInfo,
    tagged(0xa3, extensions(name, keyInfo)),
  );
  const signature = sign('sha256', signed, { key: privateKey, dsaEncoding: 'der' });
  return {
    certificate: pem('CERTIFICATE', sequence(signed, ecdsaWithSha256, bitString(signature))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function extensions(name: string, keyInfo: Buffer): Buffer {
  const ip = parseIp(name);
  const alternative = ip ? tagged(0x87, Buffer.from(ip)) : tagged(0x82, Buffer.from(name, 'latin1'));
  const keyId = createHash('sha1').update(keyInfo).digest();
  return sequence(
    // Subject key identifier, basic constraints (no CA), key usage (digital signature), server authentication, names.
    sequence(objectId('2.5.29.14'), octetString(octetString(keyId))),
    sequence(objectId('2.5.29.19'), boolean(true), octetString(sequence())),
    sequence(objectId('2.5.29.15'), boolean(true), octetString(bitString(Buffer.of(0x80), 7))),
    sequence(objectId('2.5.29.37'), octetString(sequence(objectId('1.3.6.1.5.5.7.3.1')))),
    sequence(objectId('2.5.29.17'), octetString(sequence(alternative))),
  );
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
