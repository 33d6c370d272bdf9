// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { seededRandom } from '../core/random.ts';
import { makeSelfSigned } from './certificate.ts';

const now = Date.UTC(2026, 0, 1);
const made = (name: string) => makeSelfSigned(name, now, seededRandom(1));

describe('makeSelfSigned', () => {
  it('makes a certificate that OpenSSL reads, for the name given', () => {
    const certificate = new X509Certificate(made('mx.example.jp').certificate);
    assert.equal(certificate.checkHost('mx.example.jp'), 'mx.example.jp');
    assert.equal(certificate.subject, 'CN=mx.example.jp');
    assert.equal(certificate.ca, false);
  });

  it('signs it with its own key', () => {
    const { certificate, key } = made('mx.example.jp');
    const parsed = new X509Certificate(certificate);
    assert.ok(parsed.verify(parsed.publicKey));
    assert.ok(parsed.checkPrivateKey(createPrivateKey(key)));
    assert.equal(parsed.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
  });

  it('is good from a day before until ten years after', () => {
    const parsed = new X509Certificate(made('mx.example.jp').certificate);
    assert.equal(Date.parse(parsed.validFrom), now - 86_400_000);
    assert.equal(Date.parse(parsed.validTo), now + 3_650 * 86_400_000);
  });

  it('counts years past 2050', () => {
    const parsed = new X509Certificate(makeSelfSigned('mx.example.jp', now, seededRandom(1), 10_000).certificate);
    assert.equal(Date.parse(parsed.validTo), now + 10_000 * 86_400_000);
  });

  it('names an address as an address', () => {
    assert.equal(new X509Certificate(made('192.0.2.1').certificate).checkIP('192.0.2.1'), '192.0.2.1');
  });

  it('keeps a long name whole among the alternatives', () => {
    const name = `${'a'.repeat(60)}.${'b'.repeat(60)}.example`;
    assert.equal(new X509Certificate(made(name).certificate).checkHost(name), name);
  });
});
