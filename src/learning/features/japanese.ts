// SPDX-License-Identifier: Apache-2.0
/**
 * Japanese — pairs and triples of kana and kanji, since there are no spaces to cut words at. Whatever stands between the signs (○, ・, spaces,
 * line ends) is passed over: it is put there to break words up. `Intl.Segmenter` words take ten times the time and tell
 * nothing more; text that was taken apart they misread (`bench/japanese.ts`).
 */
import { mix, saltOf } from './hash.ts';
import type { FeatureSet } from './set.ts';

/** As with other text, the beginning and the end: who puts words before the text does not push it out. Twice as many features may wait. */
const firstSigns = 2_000;
const lastSigns = 1_000;
export const pair = saltOf('japanese pair');
export const triple = saltOf('japanese triple');
export const distant = [2, 3].map(distance => [distance, saltOf(`japanese pairs ${distance}`)] as const);

/** The kana and kanji of a text in their order, as code units; empty for most mail. */
export function japaneseSigns(text: string): Uint16Array {
  const signs = new Uint16Array(firstSigns + lastSigns);
  let size = 0;
  for (let at = 0; at < text.length && size < firstSigns; at += 1) {
    const unit = text.charCodeAt(at);
    if (isJapanese(unit)) signs[size++] = unit;
  }
  if (size < firstSigns) return signs.subarray(0, size);
  const end = signs.length;
  let start = end;
  for (let at = text.length - 1; at >= 0 && start > size; at -= 1) {
    const unit = text.charCodeAt(at);
    if (isJapanese(unit)) signs[--start] = unit;
  }
  return signs;
}

export function addJapaneseGrams(set: FeatureSet, signs: Uint16Array, salt: number): void {
  const { waiting } = set;
  let count = 0;
  for (let i = 1; i < signs.length; i += 1) {
    const two = (signs[i - 1]! << 16) | signs[i]!;
    waiting[count++] = mix(two ^ pair ^ salt);
    if (i > 1) waiting[count++] = mix((Math.imul(signs[i - 2]!, 0x9e3779b1) + two) ^ triple ^ salt);
  }
  set.addWaiting(count);
}

/** Two pairs of signs at a distance, for the model that hears combinations alone. */
export function addJapanesePairs(set: FeatureSet, signs: Uint16Array): void {
  const { waiting } = set;
  let count = 0;
  for (let i = 1; i < signs.length; i += 1) {
    const two = Math.imul((signs[i - 1]! << 16) | signs[i]!, 0x9e3779b1);
    for (const [distance, salt] of distant) {
      if (i + distance >= signs.length) break;
      waiting[count++] = mix(two + (((signs[i + distance - 1]! << 16) | signs[i + distance]!) ^ salt));
    }
  }
  set.addWaiting(count);
}

/** Hiragana and katakana without the middle dot, the long mark, kanji, the repetition mark. */
function isJapanese(unit: number): boolean {
  if (unit < 0x3005) return false;
  return unit <= 0x9fff && (unit >= 0x3400 || (unit >= 0x3041 && unit <= 0x30fa) || unit === 0x30fc || unit === 0x3005);
}
