// SPDX-License-Identifier: Apache-2.0
/**
 * Grams — every run of four (or three) bytes as a feature: no word boundary to hide behind. CR is not seen, so that both kinds of line ends read alike.
 * At most as many bytes at a time as features may wait.
 */
import { mix } from './hash.ts';
import { waitingRoom, type FeatureSet } from './set.ts';

const carriageReturn = 13;

export function addFourGrams(set: FeatureSet, salt: number, bytes: Uint8Array, from: number, to: number): void {
  set.addWaiting(fourGrams(set.waiting, salt, bytes, from, Math.min(to, from + waitingRoom)));
}

export function addThreeGrams(set: FeatureSet, salt: number, bytes: Uint8Array, from: number, to: number): void {
  set.addWaiting(threeGrams(set.waiting, salt, bytes, from, Math.min(to, from + waitingRoom)));
}

function fourGrams(into: Uint32Array, salt: number, bytes: Uint8Array, from: number, to: number): number {
  let gram = 0;
  // The first three bytes make no gram yet.
  let count = -3;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at]!;
    if (byte === carriageReturn) continue;
    gram = (gram << 8) | byte;
    if (count >= 0) into[count] = mix(gram ^ salt);
    count += 1;
  }
  return Math.max(0, count);
}

function threeGrams(into: Uint32Array, salt: number, bytes: Uint8Array, from: number, to: number): number {
  let gram = 0;
  let count = -2;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at]!;
    if (byte === carriageReturn) continue;
    gram = ((gram << 8) | byte) & 0xffffff;
    if (count >= 0) into[count] = mix(gram ^ salt);
    count += 1;
  }
  return Math.max(0, count);
}
