// SPDX-License-Identifier: Apache-2.0
/** Grams — every run of four (or three) bytes as a feature: no word boundary to hide behind. CR is not seen, so that both kinds of line ends read alike. */
import { mix } from './hash.ts';
import type { FeatureSet } from './set.ts';

const carriageReturn = 13;

export function addFourGrams(set: FeatureSet, salt: number, bytes: Uint8Array, from: number, to: number): void {
  let gram = 0;
  let seen = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at]!;
    if (byte === carriageReturn) continue;
    gram = (gram << 8) | byte;
    seen += 1;
    if (seen >= 4) set.add(mix(gram ^ salt));
  }
}

export function addThreeGrams(set: FeatureSet, salt: number, bytes: Uint8Array, from: number, to: number): void {
  let gram = 0;
  let seen = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at]!;
    if (byte === carriageReturn) continue;
    gram = ((gram << 8) | byte) & 0xffffff;
    seen += 1;
    if (seen >= 3) set.add(mix(gram ^ salt));
  }
}
