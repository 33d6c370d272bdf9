// SPDX-License-Identifier: Apache-2.0
/**
 * Event clock — time that passes only from one timer to the next: a month of mail in seconds.
 * After each timer everything that follows without waiting (promises) comes to its end before the next one runs.
 */
import type { Timer } from '../../core/clock.ts';
import type { Time } from './ports.ts';

interface Waiting {
  readonly at: number;
  readonly order: number;
  work: (() => void) | undefined;
}

/** So long before a call everything that runs by the clock is awake again. */
const awakeMs = 10_000;

export class EventClock implements Time {
  readonly startedAt: number;
  #passedMs = 0;
  #order = 0;
  readonly #timers = new Heap();
  readonly #calls = new Heap();
  #underWay = 0;
  #held = 0;

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
    return this.#timers.add(this.#passedMs + Math.max(0, waitMs), this.#order++, work);
  }

  /** A call `waitMs` from now, which lasts until `work` calls back. While nobody calls, time jumps to shortly before the next one, and what runs by the clock runs once. */
  callAfter(waitMs: number, work: (over: () => void) => void): void {
    this.#calls.add(this.#passedMs + Math.max(0, waitMs), this.#order++, () => {
      this.#underWay++;
      let isOver = false;
      work(() => {
        if (!isOver) this.#underWay--;
        isOver = true;
      });
    });
  }

  /** Time stands still until what is given back is called: for work that takes real time. */
  hold(): () => void {
    this.#held++;
    let isHeld = true;
    return () => {
      if (isHeld) this.#held--;
      isHeld = false;
    };
  }

  get isHeld(): boolean {
    return this.#held > 0;
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.living + this.#calls.living;
  }

  /** When the next one is due; undefined if none waits. */
  nextAt(): number | undefined {
    const [timer, call] = [this.#timers.first(), this.#calls.first()];
    if (!timer) return call?.at;
    if (!call) return timer.at;
    if (this.#underWay > 0) return Math.min(timer.at, call.at);
    return Math.min(Math.max(timer.at, call.at - awakeMs), call.at);
  }

  /** Passes on to the next timer or call and runs it; false if none waits. */
  step(): boolean {
    const at = this.nextAt();
    const [timer, call] = [this.#timers.first(), this.#calls.first()];
    if (at === undefined) return false;
    const isCall = call !== undefined && call.at <= at && (!timer || timer.at > at || isBefore(call, timer));
    this.#passedMs = Math.max(this.#passedMs, at);
    (isCall ? this.#calls : this.#timers).take()?.();
    return true;
  }

  /** Steps until `isOver`, or until nothing waits any more; `true` if it is over. */
  async runUntil(isOver: () => boolean): Promise<boolean> {
    for (;;) {
      do await settled();
      while (this.isHeld);
      if (isOver()) return true;
      if (!this.step()) return false;
    }
  }
}

/** A binary heap by instant, then by order of setting. */
class Heap {
  readonly #heap: Waiting[] = [];
  living = 0;

  add(at: number, order: number, work: () => void): Timer {
    const waiting: Waiting = { at, order, work };
    this.#push(waiting);
    this.living++;
    return {
      cancel: () => {
        if (waiting.work) this.living--;
        waiting.work = undefined;
      },
    };
  }

  first(): Waiting | undefined {
    while (this.#heap[0] && !this.#heap[0].work) this.#pop();
    return this.#heap[0];
  }

  /** Takes the first out. */
  take(): (() => void) | undefined {
    this.first();
    const next = this.#pop();
    const work = next?.work;
    if (!next || !work) return undefined;
    next.work = undefined;
    this.living--;
    return work;
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
