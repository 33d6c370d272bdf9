// SPDX-License-Identifier: Apache-2.0
/** Ranks — who waits, by how bad it looks, so that the worst is found at once however many there are. A chain for each rank: two words for each member. */
export interface Ranked<T> {
  rank: number;
  next: T | undefined;
  previous: T | undefined;
}

const highest = 31;

export class Ranks<T extends Ranked<T>> {
  readonly #first: (T | undefined)[] = Array.from({ length: highest + 1 }, () => undefined);
  size = 0;

  /** It must be in no ranks. */
  add(one: T, points: number): void {
    one.rank = rankOf(points);
    const next = this.#first[one.rank];
    one.next = next;
    one.previous = undefined;
    if (next) next.previous = one;
    this.#first[one.rank] = one;
    this.size++;
  }

  /** It must be in these. */
  remove(one: T): void {
    const { next, previous } = one;
    if (next) next.previous = previous;
    if (previous) previous.next = next;
    else this.#first[one.rank] = next;
    one.next = undefined;
    one.previous = undefined;
    this.size--;
  }

  /** The last that came of the worst rank above that of nothing found; undefined if there is none. */
  worst(): T | undefined {
    for (let rank = highest; rank > 0; rank--) if (this.#first[rank]) return this.#first[rank];
    return undefined;
  }

  *all(): Iterable<T> {
    for (const first of this.#first) {
      for (let one = first; one;) {
        const { next } = one;
        yield one;
        one = next;
      }
    }
  }
}

function rankOf(points: number): number {
  return Math.min(highest, Math.max(0, Math.ceil(points * 2)));
}
