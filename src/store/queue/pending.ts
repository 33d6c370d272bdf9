// SPDX-License-Identifier: Apache-2.0
/**
 * Pending — what is in the queue, in memory: per message where its bytes are and how far each recipient has come, by id and by time.
 * Holds neither bodies nor envelopes (about 0.5 kB a message). Knows nothing of disks; every verb is synchronous.
 */
import type { Progress, QueueCounts } from './contract.ts';
import { DueHeap } from './due.ts';

export interface Item<Place> {
  readonly id: string;
  readonly acceptedAt: number;
  readonly sizeBytes: number;
  /** Where the record with the envelope and the body is; changes when the record is copied. */
  place: Place;
  readonly progress: Progress[];
  /** Indices that somebody is trying now. */
  readonly taken: Set<number>;
  isHeld: boolean;
  /** When the first recipient that nobody has taken is due; undefined if none, or if held. */
  dueAt: number | undefined;
}

export interface TakenItem<Place> {
  readonly item: Item<Place>;
  readonly recipients: readonly number[];
}

export class Pending<Place> {
  readonly #items = new Map<string, Item<Place>>();
  #due = new DueHeap<Item<Place>>();
  #bytes = 0;

  get(id: string): Item<Place> | undefined {
    return this.#items.get(id);
  }

  items(): IterableIterator<Item<Place>> {
    return this.#items.values();
  }

  add(message: Omit<Item<Place>, 'taken' | 'dueAt'>): Item<Place> {
    const item: Item<Place> = { ...message, taken: new Set(), dueAt: undefined };
    this.#items.set(item.id, item);
    this.#bytes += item.sizeBytes;
    this.#reckon(item);
    return item;
  }

  delete(item: Item<Place>): void {
    if (!this.#items.delete(item.id)) return;
    this.#bytes -= item.sizeBytes;
    item.dueAt = undefined;
  }

  /** Ends one recipient; whether there was something to end. */
  settle(item: Item<Place>, index: number, state: 'done' | 'failed', reason: string): boolean {
    const before = item.progress[index];
    if (before?.state !== 'waiting') return false;
    this.#set(item, index, { ...before, state, attempts: before.attempts + 1, lastReason: reason });
    return true;
  }

  /** Puts one recipient off until `at`; whether it was waiting. */
  postpone(item: Item<Place>, index: number, at: number, reason: string): boolean {
    const before = item.progress[index];
    if (before?.state !== 'waiting') return false;
    this.#set(item, index, { ...before, attempts: before.attempts + 1, nextAt: at, lastReason: reason });
    return true;
  }

  giveBack(item: Item<Place>, index: number): void {
    if (item.taken.delete(index)) this.#reckon(item);
  }

  hasten(item: Item<Place>, at: number): void {
    item.progress.forEach((progress, index) => {
      if (progress.state === 'waiting') item.progress[index] = { ...progress, nextAt: Math.min(progress.nextAt, at) };
    });
    this.#reckon(item);
  }

  hold(item: Item<Place>, isHeld: boolean): void {
    item.isHeld = isHeld;
    this.#reckon(item);
  }

  isSettled(item: Item<Place>): boolean {
    return item.progress.every(progress => progress.state !== 'waiting');
  }

  /** Those whose time has come, earliest first; their due recipients count as taken from now on. */
  take(now: number, limit: number): readonly TakenItem<Place>[] {
    const found: TakenItem<Place>[] = [];
    while (found.length < limit) {
      const at = this.nextDueAt();
      if (at === undefined || at > now) break;
      const item = this.#due.pop()!.value; // nextDueAt was the first entry's
      const recipients = [...item.progress.keys()].filter(index => isFree(item, index, now));
      for (const index of recipients) item.taken.add(index);
      this.#reckon(item);
      found.push({ item, recipients });
    }
    return found;
  }

  nextDueAt(): number | undefined {
    for (;;) {
      const first = this.#due.first();
      if (!first) return undefined;
      if (first.value.dueAt === first.at) return first.at;
      this.#due.pop();
    }
  }

  shift(byMs: number): void {
    this.#due = new DueHeap();
    for (const item of this.#items.values()) {
      item.progress.forEach((progress, index) => {
        item.progress[index] = { ...progress, nextAt: progress.nextAt + byMs };
      });
      item.dueAt = undefined;
      this.#reckon(item);
    }
  }

  idsAfter(after: string, limit: number): readonly string[] {
    return [...this.#items.keys()]
      .filter(id => id > after)
      .sort()
      .slice(0, limit);
  }

  /** The map is in the order of coming, so its first is here longest: no walk through a hundred thousand (12 ms). */
  counts(): QueueCounts {
    const [first] = this.#items.values();
    return { messages: this.#items.size, bytes: this.#bytes, oldestAt: first?.acceptedAt };
  }

  #set(item: Item<Place>, index: number, progress: Progress): void {
    item.progress[index] = progress;
    item.taken.delete(index);
    this.#reckon(item);
  }

  #reckon(item: Item<Place>): void {
    let dueAt: number | undefined;
    if (!item.isHeld) {
      item.progress.forEach((progress, index) => {
        if (isFree(item, index, Infinity)) dueAt = Math.min(dueAt ?? progress.nextAt, progress.nextAt);
      });
    }
    if (dueAt === item.dueAt) return;
    item.dueAt = dueAt;
    if (dueAt === undefined) return;
    this.#due.push(dueAt, item);
    // Entries that no longer hold are dropped when they come up; a message hastened for ever must not fill the heap.
    if (this.#due.size > 64 + 4 * this.#items.size) this.#rebuild();
  }

  #rebuild(): void {
    this.#due = new DueHeap();
    for (const item of this.#items.values()) if (item.dueAt !== undefined) this.#due.push(item.dueAt, item);
  }
}

function isFree<Place>(item: Item<Place>, index: number, now: number): boolean {
  const progress = item.progress[index];
  return progress?.state === 'waiting' && progress.nextAt <= now && !item.taken.has(index);
}
