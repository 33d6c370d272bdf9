// SPDX-License-Identifier: Apache-2.0
/**
 * Feature set — the different features of one message in the order they came, up to a limit; what comes later is left out.
 * A table of 64 KiB stays in the second cache (a large table with stamps was measured at twice the time); only long messages grow it.
 * Where a feature lies in it depends on a number nobody else knows: no sender can choose words that all meet in one place.
 */
import { randomBytes } from 'node:crypto';

const firstSlots = 2 ** 14;

export class FeatureSet {
  readonly #limit: number;
  /** Odd: multiplying by it loses nothing. */
  readonly #multiplier = randomBytes(4).readInt32LE() | 1;
  #slots = new Uint32Array(firstSlots);
  #shift = 32 - Math.log2(firstSlots);
  /** How many may come before the table is made larger: half of its slots. */
  #roomUntil = firstSlots / 2;
  #features: Uint32Array;
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
    this.#features = new Uint32Array(Math.min(limit, firstSlots));
  }

  get size(): number {
    return this.#size;
  }

  /** The features so far, in their order; a view that the next message overwrites. */
  get features(): Uint32Array {
    return this.#features.subarray(0, this.#size);
  }

  add(feature: number): void {
    // Zero marks an empty slot, so the feature 0 is told as 1.
    const value = feature === 0 ? 1 : feature;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = Math.imul(value, this.#multiplier) >>> this.#shift;
    for (let found = slots[slot]; found !== 0; found = slots[slot]) {
      if (found === value) return;
      slot = (slot + 1) & mask;
    }
    if (this.#size >= this.#limit) return;
    slots[slot] = value;
    this.#features[this.#size] = value;
    this.#size += 1;
    if (this.#size >= this.#roomUntil) this.#grow();
  }

  clear(): void {
    if (this.#slots.length === firstSlots) this.#slots.fill(0);
    else this.#resize(firstSlots);
    this.#size = 0;
  }

  #grow(): void {
    this.#resize(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (const value of this.features) {
      let slot = Math.imul(value, this.#multiplier) >>> this.#shift;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = value;
    }
    if (this.#features.length < this.#roomUntil) {
      const features = new Uint32Array(this.#roomUntil);
      features.set(this.features);
      this.#features = features;
    }
  }

  #resize(slots: number): void {
    this.#slots = new Uint32Array(slots);
    this.#shift = 32 - Math.log2(slots);
    this.#roomUntil = slots / 2;
  }
}
