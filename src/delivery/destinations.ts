// SPDX-License-Identifier: Apache-2.0
/**
 * Destinations — jobs in a line for each destination, with a bound on how many run at once in all and for each;
 * and what is known of destinations in trouble: a dead one is asked by one job at a time, and ever more seldom.
 * In memory only: after a restart each is asked once.
 */
import type { Clock } from '../core/clock.ts';

export interface Bounds {
  readonly concurrency: number;
  /** At once for one destination. */
  readonly limitOf: (destination: string) => number;
}

/** The first trouble of a destination is waited out this long, each further one twice as long. */
const firstBackOffMs = 30_000;
const longestBackOffMs = 1_800_000;
/** Known troubles beyond this many are forgotten, oldest first. */
const mostTroubles = 10_000;

interface Line<Job> {
  running: number;
  readonly waiting: Job[];
}

interface Sickness {
  readonly times: number;
  /** On the monotonic clock. */
  readonly until: number;
}

export class Destinations<Job extends { readonly destination: string }> {
  readonly #lines = new Map<string, Line<Job>>();
  readonly #sick = new Map<string, Sickness>();
  readonly #clock: Clock;
  readonly #bounds: Bounds;
  #running = 0;
  #waiting = 0;

  constructor(clock: Clock, bounds: Bounds) {
    this.#clock = clock;
    this.#bounds = bounds;
  }

  /** Jobs taken and not finished. */
  get size(): number {
    return this.#running + this.#waiting;
  }

  get running(): number {
    return this.#running;
  }

  waitingFor(destination: string): number {
    return this.#lines.get(destination)?.waiting.length ?? 0;
  }

  add(job: Job): void {
    const line = this.#lines.get(job.destination) ?? { running: 0, waiting: [] };
    this.#lines.set(job.destination, line);
    line.waiting.push(job);
    this.#waiting++;
  }

  /** The next job that may run, counted as running from now on; destinations take turns. */
  start(): Job | undefined {
    if (this.#running >= this.#bounds.concurrency) return undefined;
    for (const [destination, line] of this.#lines) {
      if (line.running >= this.#limitOf(destination)) continue;
      const job = line.waiting.shift();
      if (job === undefined) continue;
      // To the end of the round.
      this.#lines.delete(destination);
      this.#lines.set(destination, line);
      line.running++;
      this.#running++;
      this.#waiting--;
      return job;
    }
    return undefined;
  }

  finish(job: Job): void {
    const line = this.#lines.get(job.destination);
    if (!line) return;
    line.running--;
    this.#running--;
    if (line.running === 0 && line.waiting.length === 0) this.#lines.delete(job.destination);
  }

  /** All jobs that have not begun; they are not ours any more. */
  takeWaiting(): readonly Job[] {
    const jobs = [...this.#lines.values()].flatMap(line => line.waiting.splice(0));
    this.#waiting = 0;
    return jobs;
  }

  /** Milliseconds for which the destination is better left alone; 0 if it is well, or if it is time to ask again. */
  restOf(destination: string): number {
    return Math.max(0, (this.#sick.get(destination)?.until ?? 0) - this.#clock.monotonic());
  }

  isWell(destination: string): void {
    this.#sick.delete(destination);
  }

  isUnreachable(destination: string): void {
    const before = this.#sick.get(destination);
    // Several jobs that met the same trouble at the same time are one trouble.
    if (before && before.until > this.#clock.monotonic()) return;
    const times = (before?.times ?? 0) + 1;
    const wait = Math.min(longestBackOffMs, firstBackOffMs * 2 ** Math.min(times - 1, 10));
    this.#sick.delete(destination);
    this.#sick.set(destination, { times, until: this.#clock.monotonic() + wait });
    const [oldest] = this.#sick.keys();
    if (this.#sick.size > mostTroubles && oldest !== undefined) this.#sick.delete(oldest);
  }

  #limitOf(destination: string): number {
    return this.#sick.has(destination) ? 1 : this.#bounds.limitOf(destination);
  }
}
