// SPDX-License-Identifier: Apache-2.0
/** Remembered — a map that keeps no more than about so many entries: those not asked for longest are forgotten first. Two generations, so that asking moves nothing. */
export class Remembered<T> {
  readonly #atMost: number;
  #young = new Map<string, T>();
  #old = new Map<string, T>();

  constructor(atMost: number) {
    this.#atMost = atMost;
  }

  get(key: string): T | undefined {
    const found = this.#young.get(key);
    if (found !== undefined) return found;
    const before = this.#old.get(key);
    if (before !== undefined) this.set(key, before);
    return before;
  }

  set(key: string, value: T): void {
    if (this.#young.size >= this.#atMost / 2 && !this.#young.has(key))
      [this.#old, this.#young] = [this.#young, new Map()];
    this.#young.set(key, value);
  }

  delete(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  /** All that are remembered. */
  entries(): readonly (readonly [string, T])[] {
    return [...this.#young, ...[...this.#old].filter(([key]) => !this.#young.has(key))];
  }
}
