// SPDX-License-Identifier: Apache-2.0
/**
 * Errands — what is looked up somewhere for later, while no mail waits for it: a few at a time, each once, more than may wait are left for another day.
 * Askers have their turn one after the other, and none may fill the queue: an attacker who names a new domain in each message holds up himself.
 * Whoever sends one is told nothing: what it brings home lies in a store. Failures are logged.
 */
import { describeFault, Fault } from '../core/faults.ts';
import type { Log } from '../core/log.ts';

type Work = (signal: AbortSignal) => Promise<void>;

const atOnce = 4;
const atOncePerAsker = 2;
const waitingAtMost = 200;
const waitingPerAsker = 20;

export class Errands {
  readonly #log: Log;
  readonly #closing = new AbortController();
  /** By asker, the next to be served first; none of them is empty. */
  readonly #waiting = new Map<string, Map<string, Work>>();
  readonly #keys = new Set<string>();
  readonly #running = new Map<string, { readonly asker: string; readonly done: Promise<void> }>();

  constructor(log: Log) {
    this.#log = log;
  }

  /**
   * Does nothing if one of that key is under way or waits. `asker` is for whom, as the network of a client. `work` must end soon after its signal.
   */
  send(key: string, asker: string, work: Work): void {
    if (this.#closing.signal.aborted || this.#running.has(key) || this.#keys.has(key)) return;
    const own = this.#waiting.get(asker);
    if ((own?.size ?? 0) >= waitingPerAsker) return;
    if (this.#keys.size >= waitingAtMost && !this.#makePlace(own?.size ?? 0)) return;
    this.#waiting.set(asker, (own ?? new Map<string, Work>()).set(key, work));
    this.#keys.add(key);
    this.#next();
  }

  /** Resolves when none is under way or waits. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#waiting.clear();
    this.#keys.clear();
    await this.settled();
  }

  #next(): void {
    for (const asker of this.#waiting.keys()) {
      if (this.#running.size >= atOnce) return;
      const mine = [...this.#running.values()].filter(one => one.asker === asker).length;
      if (mine < atOncePerAsker) this.#begin(asker);
    }
  }

  #begin(asker: string): void {
    const own = this.#waiting.get(asker);
    const [first] = own ?? [];
    if (!own || !first) return;
    const [key, work] = first;
    this.#drop(asker, own, key);
    // Behind all others.
    if (this.#waiting.delete(asker)) this.#waiting.set(asker, own);
    this.#running.set(key, { asker, done: this.#run(key, work) });
  }

  /** Takes a place from whoever has most of them, if that is more than one who has `count` would have with one more. */
  #makePlace(count: number): boolean {
    const [most] = [...this.#waiting].toSorted(([, a], [, b]) => b.size - a.size);
    const last = most && [...most[1].keys()].at(-1);
    if (!most || last === undefined || most[1].size <= count + 1) return false;
    this.#drop(...most, last);
    return true;
  }

  #drop(asker: string, own: Map<string, Work>, key: string): void {
    own.delete(key);
    this.#keys.delete(key);
    if (own.size === 0) this.#waiting.delete(asker);
  }

  async #run(key: string, work: Work): Promise<void> {
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
