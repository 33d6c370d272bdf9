// SPDX-License-Identifier: Apache-2.0
/**
 * Factor automaton — finds the factors of many expressions in one pass over octets: all as one automaton that is made deterministic where texts lead, and
 * forgotten when it has grown to its limit. A text made to lead ever elsewhere costs so much and no more: then all factors count as found.
 */
import type { Factor } from '../../wire/regex/factor.ts';

/** Half of what a table of 16-bit numbers can name; with a hundred classes 3 MB. */
const mostStates = 16_384;
/** Steps of one text that may be worked out anew; each takes about 10 µs. */
const mostNew = 2_000;
const unknown = -1;

export class FactorAutomaton {
  readonly #factors: number;
  /** By position: the set it takes, the factor that ends there (or -1), what follows. */
  readonly #setOf: number[] = [];
  readonly #endOf: number[] = [];
  readonly #nextOf: (readonly number[])[] = [];
  /** By class, the positions a factor begins with. */
  readonly #starts: readonly number[][];
  readonly #classes = new Uint8Array(256);
  /** By class and set, whether the set holds the class. */
  readonly #holds: readonly Uint8Array[];
  readonly #width: number;
  #next: Int16Array;
  #positions: (readonly number[])[] = [];
  #ends: (readonly number[] | undefined)[] = [];
  #numbers = new Map<string, number>();

  constructor(factors: readonly Factor[]) {
    this.#factors = factors.length;
    const sets = new Map<string, Uint8Array>();
    const setNumbers = new Map<string, number>();
    const first: number[] = [];
    for (const [index, factor] of factors.entries()) {
      const base = this.#setOf.length;
      for (const set of factor.sets) {
        const key = set.join();
        if (!sets.has(key)) {
          const octets = new Uint8Array(256);
          for (let i = 0; i < set.length; i += 2) octets.fill(1, set[i], (set[i + 1] ?? 0) + 1);
          setNumbers.set(key, sets.size);
          sets.set(key, octets);
        }
        this.#setOf.push(setNumbers.get(key) ?? 0);
        this.#endOf.push(-1);
      }
      for (const next of factor.next) this.#nextOf.push(next.map(at => base + at));
      for (const at of factor.last) this.#endOf[base + at] = index;
      for (const at of factor.first) first.push(base + at);
    }
    const list = [...sets.values()];
    const members = classify(list, this.#classes);
    this.#width = members.length;
    this.#holds = members.map(octet => Uint8Array.from(list, set => set[octet] ?? 0));
    this.#starts = this.#holds.map(holds => first.filter(at => holds[this.#setOf[at] ?? 0] === 1));
    this.#next = new Int16Array(0);
    this.#forget();
  }

  /** Calls `onHit` with the factors that occur in the first `length` octets; with some more than once. */
  find(octets: Uint8Array, length: number, onHit: (factor: number) => void): void {
    const classes = this.#classes;
    const width = this.#width;
    let next = this.#next;
    let left = mostNew;
    let state = 0;
    for (let i = 0; i < length; i++) {
      const unit = classes[octets[i] ?? 0] ?? 0;
      let to = next[state * width + unit] ?? unknown;
      if (to < 0) {
        if (left-- === 0) {
          for (let factor = 0; factor < this.#factors; factor++) onHit(factor);
          return;
        }
        to = this.#step(state, unit);
        next = this.#next;
      }
      state = to;
      const ends = this.#ends[state];
      if (ends !== undefined) for (const factor of ends) onHit(factor);
    }
  }

  #step(state: number, unit: number): number {
    const holds = this.#holds[unit];
    const to = new Set(this.#starts[unit]);
    for (const position of this.#positions[state] ?? [])
      for (const next of this.#nextOf[position] ?? []) if (holds?.[this.#setOf[next] ?? 0] === 1) to.add(next);
    const positions = [...to].sort((a, b) => a - b);
    const key = positions.join();
    let number = this.#numbers.get(key);
    if (number === undefined) {
      const isFull = this.#positions.length >= mostStates;
      if (isFull) this.#forget();
      number = this.#add(key, positions);
      // The state that was left is forgotten too: nothing to note on it.
      if (isFull) return number;
    }
    this.#next[state * this.#width + unit] = number;
    return number;
  }

  #add(key: string, positions: readonly number[]): number {
    const number = this.#positions.push(positions) - 1;
    this.#numbers.set(key, number);
    const ends = [...new Set(positions.flatMap(at => this.#endOf[at] ?? -1))].filter(factor => factor >= 0);
    this.#ends.push(ends.length > 0 ? ends : undefined);
    if ((number + 1) * this.#width > this.#next.length) {
      const grown = new Int16Array(Math.max(64 * this.#width, 2 * this.#next.length)).fill(unknown);
      grown.set(this.#next);
      this.#next = grown;
    }
    return number;
  }

  #forget(): void {
    this.#positions = [];
    this.#ends = [];
    this.#numbers = new Map();
    this.#next = new Int16Array(0);
    this.#add('', []);
  }
}

/** Octets that no set tells apart are of one class; gives one of each. */
function classify(sets: readonly Uint8Array[], classes: Uint8Array): readonly number[] {
  const members: number[] = [];
  const known = new Map<string, number>();
  for (let octet = 0; octet < 256; octet++) {
    const key = sets.map(set => set[octet]).join('');
    let number = known.get(key);
    if (number === undefined) {
      number = members.push(octet) - 1;
      known.set(key, number);
    }
    classes[octet] = number;
  }
  return members;
}
