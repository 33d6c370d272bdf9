// SPDX-License-Identifier: Apache-2.0
/** Verify — whether a signature over the canonical header holds, for both kinds of key. Throws on nothing. */
import { hash as hashOnce, verify } from 'node:crypto';
import type { PublicKey } from './public-key.ts';
import type { HashName } from './values.ts';

/** `header` as signedHeader() gives it. A key that OpenSSL balks at verifies nothing. */
export function holds(header: string | Buffer, octets: Buffer, { type, key }: PublicKey, hash: HashName): boolean {
  const bytes = typeof header === 'string' ? Buffer.from(header, 'latin1') : header;
  try {
    switch (type) {
      case 'rsa':
        return verify(hash, bytes, key, octets);
      case 'ed25519':
        // RFC 8463 3: what is signed is the hash.
        return verify(null, hashOnce(hash, bytes, 'buffer'), key, octets);
    }
  } catch {
    // A modulus that is even, an exponent of one: such a key is nobody's.
    return false;
  }
}
