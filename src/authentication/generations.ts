// SPDX-License-Identifier: Apache-2.0
/**
 * Generations — a bounded memory: what is used moves to the young generation, and when that holds half of what may be held, it becomes the
 * old one and the old one goes. (net/resolver/cache.ts tells why not the usual way.)
 */
export class Generations<V> {
  readonly #half: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  constructor(atMost: number) {
    this.#half = Math.max(1, Math.floor(atMost / 2));
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(key: string): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) {
      this.#old.delete(key);
      this.set(key, old);
    }
    return old;
  }

  set(key: string, value: V): void {
    if (this.#young.size >= this.#half && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#old.delete(key);
    this.#young.set(key, value);
  }
}
