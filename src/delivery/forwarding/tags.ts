// SPDX-License-Identifier: Apache-2.0
/**
 * Tags — the keyed sums in SRS and BATV addresses (HMAC-SHA-256, cut). Sums are compared without case, since servers on the way change it;
 * what they are made of is not: a local part in another case names another mailbox (RFC 5321 2.4).
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { base32 } from '../../wire/srs/srs.ts';

/** 40 bits in base32. */
const srsSigns = 8;
/** As the draft has it: 24 bits in hexadecimal. */
const batvSigns = 6;

/** `what` keeps the kinds of address apart, so that no part of one can be shown as another. */
export function srsHash(secret: Buffer, what: 'srs0' | 'srs1', ...parts: readonly string[]): string {
  return base32(sum(secret, what, parts)).slice(0, srsSigns);
}

export function batvTag(secret: Buffer, ...parts: readonly string[]): string {
  return sum(secret, 'batv', parts).toString('hex').slice(0, batvSigns);
}

export function token(secret: Buffer, ...parts: readonly string[]): string {
  return base32(sum(secret, 'token', parts)).slice(0, 24);
}

export function isSameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a.toUpperCase()), Buffer.from(b.toUpperCase())];
  return left.length === right.length && timingSafeEqual(left, right);
}

function sum(secret: Buffer, what: string, parts: readonly string[]): Buffer {
  return createHmac('sha256', secret)
    .update([what, ...parts].join('\0'))
    .digest();
}
