// SPDX-License-Identifier: Apache-2.0
/**
 * Event clock — time that passes only from one timer to the next: a month of mail in seconds.
 * After each timer everything that follows without waiting (promises) comes to its end before the next one runs.
 */
import type { Clock, Timer } from '../../core/clock.ts';

interface Waiting {
  readonly at: number;
  readonly order: number;
  work: (() => void) | undefined;
}

export class EventClock implements Clock {
  readonly startedAt: number;
  #passedMs = 0;
  #order = 0;
  #living = 0;
  /** A binary heap by instant, then by order of setting. */
  readonly #heap: Waiting[] = [];

  constructor(startedAt = Date.UTC(2026, 0, 5)) {
    this.startedAt = startedAt;
  }

  now(): number {
    return this.startedAt + this.#passedMs;
  }

  monotonic(): number {
    return this.#passedMs;
  }

  after(waitMs: number, work: () => void): Timer {
    const waiting: Waiting = { at: this.#passedMs + Math.max(0, waitMs), order: this.#order++, work };
    this.#push(waiting);
    this.#living++;
    return {
      cancel: () => {
        if (waiting.work) this.#living--;
        waiting.work = undefined;
      },
    };
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#living;
  }

  /** When the next timer is due; undefined if none waits. */
  nextAt(): number | undefined {
    while (this.#heap[0] && !this.#heap[0].work) this.#pop();
    return this.#heap[0]?.at;
  }

  /** Passes on to the next timer and runs it; false if none waits. */
  step(): boolean {
    if (this.nextAt() === undefined) return false;
    const next = this.#pop();
    if (!next?.work) return false;
    this.#passedMs = Math.max(this.#passedMs, next.at);
    const { work } = next;
    next.work = undefined;
    this.#living--;
    work();
    return true;
  }

  /** Steps until `isOver`, or until nothing waits any more; `true` if it is over. */
  async runUntil(isOver: () => boolean): Promise<boolean> {
    await settled();
    while (!isOver()) {
      if (!this.step()) return isOver();
      await settled();
    }
    return true;
  }

  #push(waiting: Waiting): void {
    const heap = this.#heap;
    let at = heap.push(waiting) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = heap[above];
      if (!other || isBefore(other, waiting)) break;
      heap[at] = other;
      at = above;
    }
    heap[at] = waiting;
  }

  #pop(): Waiting | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      const right = heap[below + 1];
      let child = heap[below];
      if (right && child && isBefore(right, child)) {
        child = right;
        below++;
      }
      if (!child || isBefore(last, child)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(one: Waiting, other: Waiting): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** When all promises that can be kept now are kept. */
export function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
