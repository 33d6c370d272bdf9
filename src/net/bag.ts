// SPDX-License-Identifier: Apache-2.0
/**
 * Bag — things that come and go all the time, in no order.
 * Not a Set: whenever a Set's table is full, holes included, V8 makes another, and the old table goes on pointing at the new one and at whoever
 * was in it. Once one table has grown old, all later ones and nearly everything that was ever in them wait for a full collection.
 */
export class Bag<T extends Placed> {
  readonly #things: T[] = [];

  get size(): number {
    return this.#things.length;
  }

  /** It must be in no bag. */
  add(thing: T): void {
    thing.place = this.#things.length;
    this.#things.push(thing);
  }

  /** Whether it was in this bag. */
  delete(thing: T): boolean {
    const { place } = thing;
    if (this.#things[place] !== thing) return false;
    thing.place = -1;
    const last = this.#things.pop();
    if (last === undefined || last === thing) return true;
    this.#things[place] = last;
    last.place = place;
    return true;
  }

  /** All that are in it now; they stay. */
  all(): readonly T[] {
    return [...this.#things];
  }

  /** All that were in it; they are no more. */
  empty(): readonly T[] {
    const things = this.#things.splice(0);
    for (const thing of things) thing.place = -1;
    return things;
  }
}

export interface Placed {
  /** Where in the bag it lies; the bag's to write. */
  place: number;
}
