// SPDX-License-Identifier: Apache-2.0
/** Sorted keys — keys in the order of their UTF-8 bytes, so that a page of them is found without a look at all. */
export class SortedKeys {
  #keys: string[] = [];

  /** Nothing happens where it is there. */
  add(key: string): void {
    const at = this.#firstFrom(key);
    if (this.#keys[at] !== key) this.#keys.splice(at, 0, key);
  }

  remove(key: string): void {
    const at = this.#firstFrom(key);
    if (this.#keys[at] === key) this.#keys.splice(at, 1);
  }

  /** All others go. */
  keep(isKept: (key: string) => boolean): void {
    this.#keys = this.#keys.filter(isKept);
  }

  /** Those with that prefix that come after `after`. Whoever takes them may not add or remove meanwhile. */
  *after(prefix: string, after: string): Iterable<string> {
    const from = compareUtf8(after, prefix) < 0 ? prefix : after;
    for (let at = this.#firstFrom(from); at < this.#keys.length; at++) {
      const key = this.#keys[at] ?? '';
      if (!key.startsWith(prefix)) return;
      if (key !== after) yield key;
    }
  }

  /** Where the first stands that is not before `key`. */
  #firstFrom(key: string): number {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareUtf8(this.#keys[middle] ?? '', key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** As Buffer.compare of both in UTF-8: surrogates come after all other code units. */
export function compareUtf8(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x1_0000 : unit;
}
