// SPDX-License-Identifier: Apache-2.0
/**
 * Careful state — the state store as limits ask it: no question takes longer than 200 ms, a failed one has no answer (undefined), and for a second after
 * one nobody is kept waiting by another. Never throws: without an answer each process limits by what it sees itself, and mail flows.
 */
import type { Clock } from '../../core/clock.ts';
import { describeFault } from '../../core/faults.ts';
import type { Log } from '../../core/log.ts';
import type { StateStore } from '../../store/state/contract.ts';

const patienceMs = 200;
const restMs = 1_000;

export class CarefulState {
  readonly #store: StateStore;
  readonly #clock: Clock;
  readonly #log: Log;
  #restsUntil = Number.NEGATIVE_INFINITY;
  #lostAt: number | undefined;
  #losses = 0;

  constructor(store: StateStore, clock: Clock, log: Log) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
  }

  /** Questions that had no answer so far. */
  get losses(): number {
    return this.#losses;
  }

  /** For how long there has been no answer, ms; 0 while there is one. */
  get lostForMs(): number {
    return this.#lostAt === undefined ? 0 : this.#clock.monotonic() - this.#lostAt;
  }

  async ask<T>(question: (store: StateStore, now: number) => Promise<T>): Promise<T | undefined> {
    if (this.#clock.monotonic() < this.#restsUntil) return undefined;
    let expire = (): void => {};
    const expired = new Promise<never>((_, reject) => {
      expire = () => reject(new Error(`no answer within ${patienceMs} ms`));
    });
    const timer = this.#clock.after(patienceMs, () => expire());
    try {
      const answer = await Promise.race([question(this.#store, this.#clock.now()), expired]);
      if (this.#lostAt !== undefined) this.#log.info('limits are shared again');
      this.#lostAt = undefined;
      return answer;
    } catch (error) {
      this.#losses++;
      this.#restsUntil = this.#clock.monotonic() + restMs;
      if (this.#lostAt === undefined) this.#log.warn('limits of this process alone', { reason: describeFault(error) });
      this.#lostAt ??= this.#clock.monotonic();
      return undefined;
    } finally {
      timer.cancel();
    }
  }

  /** What nobody waits for. */
  tell(work: (store: StateStore, now: number) => Promise<unknown>): void {
    void this.ask(work);
  }
}
