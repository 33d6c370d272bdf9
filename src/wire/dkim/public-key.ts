// SPDX-License-Identifier: Apache-2.0
/** Public key — makes the key that can verify of the octets in p=, and refuses those that would hold the thread. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Read } from './tags.ts';
import type { KeyType } from './values.ts';

export interface PublicKey {
  readonly type: KeyType;
  readonly key: KeyObject;
  /** Of the modulus; 256 for ed25519. */
  readonly bits: number;
}

/**
 * RFC 8301 3.2 wants keys up to 4,096 bits verified and leaves longer ones to us. One of 16,384 bits, where OpenSSL ends, takes 2 ms to be made
 * and 1 to 3 ms for each verification, and a message may bring thirty.
 */
export const longestRsaBits = 8_192;
/** A modulus of that length with the most that DER puts around it. */
const longestRsaOctets = longestRsaBits / 8 + 64;
/** A verification takes time that grows with the bits of the exponent: one as long as the key would take 300 times as long. */
const largestExponent = 2n ** 33n;

export function makePublicKey(type: KeyType, octets: Buffer): Read<PublicKey> {
  switch (type) {
    case 'ed25519': {
      // RFC 8463 4: the key alone, 32 octets, without the form around it.
      if (octets.length !== 32) return { wrong: 'the key (p=) has not the length of an ed25519 key' };
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: octets.toString('base64url') };
      const key = attempt(() => createPublicKey({ key: jwk, format: 'jwk' }));
      return key ? { value: { type, key, bits: 256 } } : unreadable;
    }
    case 'rsa': {
      // Seen before any work is done for it.
      if (octets.length > longestRsaOctets) return tooLong;
      const key =
        attempt(() => createPublicKey({ key: octets, format: 'der', type: 'spki' })) ??
        // RFC 6376 3.6.1 names the inner form, the examples and all the world have the outer.
        attempt(() => createPublicKey({ key: octets, format: 'der', type: 'pkcs1' }));
      const { modulusLength: bits, publicExponent } = key?.asymmetricKeyDetails ?? {};
      if (!key || key.asymmetricKeyType !== 'rsa' || bits === undefined || publicExponent === undefined)
        return unreadable;
      if (bits > longestRsaBits) return tooLong;
      if (publicExponent > largestExponent) return { wrong: 'the exponent of the key is too large' };
      return { value: { type, key, bits } };
    }
  }
}

const unreadable = { wrong: 'the key (p=) cannot be read' };
/** No fault of the key: it is ours to say what we verify. */
export const tooLong = { wrong: 'the key is longer than we verify' };

function attempt(make: () => KeyObject): KeyObject | undefined {
  try {
    return make();
  } catch {
    // What OpenSSL says of it helps nobody: the caller says that the key cannot be read.
    return undefined;
  }
}
