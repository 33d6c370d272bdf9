// SPDX-License-Identifier: Apache-2.0
/** Due — a binary heap of instants: which message's time comes next. Entries are never taken out; who pops asks whether they still hold. */
export interface DueEntry<T> {
  readonly at: number;
  readonly value: T;
}

export class DueHeap<T> {
  readonly #entries: DueEntry<T>[] = [];

  get size(): number {
    return this.#entries.length;
  }

  first(): DueEntry<T> | undefined {
    return this.#entries[0];
  }

  push(at: number, value: T): void {
    const entries = this.#entries;
    let i = entries.push({ at, value }) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (entries[parent]!.at <= at) break; // 0 ≤ parent < i
      this.#swap(i, parent);
      i = parent;
    }
  }

  pop(): DueEntry<T> | undefined {
    const entries = this.#entries;
    if (entries.length > 1) this.#swap(0, entries.length - 1);
    const top = entries.pop();
    for (let i = 0; ;) {
      const left = 2 * i + 1;
      if (left >= entries.length) return top;
      const right = left + 1;
      // Both are below entries.length where they are read.
      const child = right < entries.length && entries[right]!.at < entries[left]!.at ? right : left;
      if (entries[i]!.at <= entries[child]!.at) return top;
      this.#swap(i, child);
      i = child;
    }
  }

  clear(): void {
    this.#entries.length = 0;
  }

  #swap(a: number, b: number): void {
    const held = this.#entries[a]!; // both callers pass indices inside the heap
    this.#entries[a] = this.#entries[b]!;
    this.#entries[b] = held;
  }
}
