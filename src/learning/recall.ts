// SPDX-License-Identifier: Apache-2.0
/**
 * Recall — examples of either kind kept inside the model, to be learned again while only the other kind is being taught.
 * Without it the order of teaching decides: after 2,000 ham and then 950 spam in a row, every ham looked like spam (median log-odds 5.1),
 * since what all mail has in common moved to whatever came last. Which examples are kept follows from counts alone, so that the
 * same entries leave the same bytes.
 */
import { mix } from './features/hash.ts';
import type { Features } from './features/features.ts';

type Example = Pick<Features, 'filter' | 'osb'>;

const slots = 768;
/** Words of one slot: two lengths, then features. Longer examples keep an even sample, whatever their hash. */
const slotWords = 1_024;
const headWords = 4;
/** How many of one kind in a row before the other is recalled. */
const recallAfter = 1;

export const recallBytes = 4 * (headWords + 2 * slots * slotWords);

export class Recall {
  /** Head: spam seen, ham seen, kind of the last (1 spam, 2 ham), how many in a row. */
  readonly #words: Uint32Array;

  constructor(words: Uint32Array) {
    this.#words = words;
  }

  /** Keeps an example, and gives one of the other kind if it has not been heard for a while. */
  after(example: Example, isSpam: boolean): Example | undefined {
    const words = this.#words;
    const own = isSpam ? 0 : 1;
    const seen = (words[own]! += 1);
    words[3] = words[2] === own + 1 ? words[3]! + 1 : 1;
    words[2] = own + 1;
    this.#keep(example, own, seen <= slots ? seen - 1 : mix(seen) % slots);
    const others = Math.min(words[1 - own]!, slots);
    if (words[3]! <= recallAfter || others === 0) return undefined;
    return this.#at(1 - own, mix(words[0]! + words[1]!) % others);
  }

  #keep({ filter, osb }: Example, kind: number, slot: number): void {
    const room = slotWords - 2;
    const share = Math.min(1, room / (filter.length + osb.length));
    const [ownFilter, ownOsb] = [sample(filter, share), sample(osb, share)];
    const start = this.#start(kind, slot);
    this.#words.set([ownFilter.length, ownOsb.length], start);
    this.#words.set(ownFilter, start + 2);
    this.#words.set(ownOsb, start + 2 + ownFilter.length);
  }

  #at(kind: number, slot: number): Example {
    const start = this.#start(kind, slot);
    const middle = start + 2 + this.#words[start]!;
    return {
      filter: this.#words.subarray(start + 2, middle),
      osb: this.#words.subarray(middle, middle + this.#words[start + 1]!),
    };
  }

  #start(kind: number, slot: number): number {
    return headWords + (kind * slots + slot) * slotWords;
  }
}

/** Every so many-th of sorted features: hashes small and large alike. */
function sample(features: Uint32Array, share: number): Uint32Array {
  if (share === 1) return features;
  const count = Math.floor(features.length * share);
  return Uint32Array.from({ length: count }, (_, i) => features[Math.floor((i * features.length) / count)]!);
}
