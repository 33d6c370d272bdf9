// SPDX-License-Identifier: Apache-2.0
/**
 * Errands — what is looked up somewhere for later, while no mail waits for it: a few at a time, each once, more than may wait are left for another day.
 * Whoever sends one is told nothing: what it brings home lies in a store. Failures are logged.
 */
import { describeFault, Fault } from '../core/faults.ts';
import type { Log } from '../core/log.ts';

const atOnce = 4;
const waitingAtMost = 200;

export class Errands {
  readonly #log: Log;
  readonly #closing = new AbortController();
  readonly #waiting = new Map<string, (signal: AbortSignal) => Promise<void>>();
  readonly #running = new Map<string, Promise<void>>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Does nothing if one of that key is under way or waits. `work` must end soon after its signal. */
  send(key: string, work: (signal: AbortSignal) => Promise<void>): void {
    if (this.#closing.signal.aborted || this.#running.has(key) || this.#waiting.has(key)) return;
    if (this.#waiting.size >= waitingAtMost) return;
    this.#waiting.set(key, work);
    this.#next();
  }

  /** Resolves when none is under way or waits. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#waiting.clear();
    await this.settled();
  }

  #next(): void {
    for (const [key, work] of this.#waiting) {
      if (this.#running.size >= atOnce) return;
      this.#waiting.delete(key);
      this.#running.set(key, this.#run(key, work));
    }
  }

  async #run(key: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await work(this.#closing.signal);
    } catch (error) {
      const isEnding = error instanceof Fault && error.code === 'cancelled';
      if (!isEnding) this.#log.warn('errand failed', { errand: key.slice(0, 200), reason: describeFault(error) });
    }
    this.#running.delete(key);
    this.#next();
  }
}
