// SPDX-License-Identifier: Apache-2.0
/**
 * Feature set — the different features of one message in the order they came, up to a limit; what comes later is left out.
 * A table of 64 KiB stays in the second cache (a large table with stamps was measured at twice the time); only long messages grow it.
 * Where a feature lies in it depends on a number nobody else knows: no sender can choose words that all meet in one place.
 */
import { randomBytes } from 'node:crypto';

const firstSlots = 2 ** 14;
export const waitingRoom = 8_192;

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
  /** Written from its beginning by who has many features, and then taken by `addWaiting`: in one loop, half the time of one by one. */
  readonly waiting = new Uint32Array(waitingRoom);

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
    this.waiting[0] = feature;
    this.addWaiting(1);
  }

  /** The first `count` of those waiting, in their order. */
  addWaiting(count: number): void {
    for (let done = 0; done < count && this.#size < this.#limit;) {
      // So many at once that the table is half empty after them.
      const end = Math.min(count, done + Math.min(this.#roomUntil, this.#limit) - this.#size);
      this.#size = insert(
        this.waiting,
        done,
        end,
        this.#slots,
        this.#shift,
        this.#multiplier,
        this.#features,
        this.#size,
      );
      if (this.#size >= this.#roomUntil) this.#grow();
      done = end;
    }
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

/** Puts the new ones of the values from `from` up to `to` into table and list; gives the length of the list after them. */
function insert(
  values: Uint32Array,
  from: number,
  to: number,
  slots: Uint32Array,
  shift: number,
  multiplier: number,
  features: Uint32Array,
  length: number,
): number {
  const mask = slots.length - 1;
  let size = length;
  for (let i = from; i < to; i += 1) {
    // Zero marks an empty slot, so the feature 0 is told as 1.
    const value = values[i]! || 1;
    let slot = Math.imul(value, multiplier) >>> shift;
    let found = slots[slot]!;
    while (found !== 0 && found !== value) {
      slot = (slot + 1) & mask;
      found = slots[slot]!;
    }
    if (found === 0) {
      slots[slot] = value;
      features[size] = value;
      size += 1;
    }
  }
  return size;
}
