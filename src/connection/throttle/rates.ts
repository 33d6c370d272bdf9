// SPDX-License-Identifier: Apache-2.0
/**
 * Rates — so many in a while, agreed among processes by shares taken ahead. Half of a limit is dealt to the processes in equal shares, which they
 * spend without asking anybody; the other half is a pool in the state store, from which a process takes a tenth of its share at a time when its own is
 * spent. So hardly anybody's connection asks the store, and all processes together let through the limit and no more.
 * Without the store a process has the pool's half too: a limit is then overrun, and nobody who keeps to it is put off.
 */
import type { Clock } from '../../core/clock.ts';
import type { CarefulState } from './careful-state.ts';
import { Remembered } from './remembered.ts';

export interface Taken {
  readonly isEnough: boolean;
  /** When there will be enough, in ms; 0 if there was. */
  readonly waitMs: number;
}

export interface Rate {
  readonly limit: number;
  readonly windowMs: number;
}

interface Spent {
  /** Of the own share. */
  level: number;
  at: number;
  /** Taken from the pool and not yet spent. */
  ahead: number;
  /** What stands in for a pool that does not answer. */
  spare: number;
  /** Until then the pool has nothing. */
  emptyUntil: number;
}

const enough: Taken = { isEnough: true, waitMs: 0 };
const keysAtMost = 20_000;

export class Rates {
  readonly #state: CarefulState;
  readonly #clock: Clock;
  readonly #processes: number;
  readonly #spent = new Remembered<Spent>(keysAtMost);

  constructor(state: CarefulState, clock: Clock, processes: number) {
    this.#state = state;
    this.#clock = clock;
    this.#processes = processes;
  }

  /** Takes so many; none are taken where there are not enough. Answers at once as long as the own share lasts. */
  take(name: string, count: number, rate: Rate): Taken | Promise<Taken> {
    const isAlone = this.#processes === 1;
    const share = isAlone ? rate.limit : rate.limit / 2 / this.#processes;
    const spent = this.#fill(name, share, rate);
    if (spent.level >= count) {
      spent.level -= count;
      return enough;
    }
    const waitMs = ((Math.min(count, share) - spent.level) / share) * rate.windowMs;
    if (isAlone) return { isEnough: false, waitMs };
    if (spent.ahead >= count) {
      spent.ahead -= count;
      return enough;
    }
    const now = this.#clock.monotonic();
    if (now < spent.emptyUntil) return { isEnough: false, waitMs: Math.min(waitMs, spent.emptyUntil - now) };
    return this.#fromPool(name, count, rate, spent, waitMs);
  }

  /** As if nothing had been taken. */
  forget(name: string): void {
    this.#spent.delete(name);
    this.#state.tell((store, now) => store.remove(poolOf(name), now));
  }

  async #fromPool(name: string, count: number, rate: Rate, spent: Spent, ownWaitMs: number): Promise<Taken> {
    const pool = rate.limit / 2;
    const perSecond = (pool * 1_000) / rate.windowMs;
    const ahead = Math.max(count, Math.ceil(pool / this.#processes / 10));
    for (const wanted of ahead > count ? [ahead, count] : [count]) {
      const taken = await this.#state.ask((store, now) => store.take(poolOf(name), wanted, perSecond, pool, now));
      if (!taken) return this.#withoutPool(count, spent, ownWaitMs);
      if (taken.isEnough) {
        spent.ahead += wanted - count;
        return enough;
      }
      if (wanted === count) {
        const waitMs = Math.min(taken.waitMs, ownWaitMs);
        // Whoever knocks without end asks the store once a second.
        spent.emptyUntil = this.#clock.monotonic() + Math.min(waitMs, 1_000);
        return { isEnough: false, waitMs };
      }
    }
    return { isEnough: false, waitMs: ownWaitMs };
  }

  #withoutPool(count: number, spent: Spent, waitMs: number): Taken {
    if (spent.spare < count) return { isEnough: false, waitMs };
    spent.spare -= count;
    return enough;
  }

  #fill(name: string, share: number, { limit, windowMs }: Rate): Spent {
    const now = this.#clock.monotonic();
    const spent = this.#spent.get(name);
    if (!spent) {
      const fresh = { level: share, at: now, ahead: 0, spare: limit - share, emptyUntil: 0 };
      this.#spent.set(name, fresh);
      return fresh;
    }
    const passed = (now - spent.at) / windowMs;
    spent.level = Math.min(share, spent.level + passed * share);
    spent.spare = Math.min(limit - share, spent.spare + passed * (limit - share));
    spent.at = now;
    return spent;
  }
}

function poolOf(name: string): string {
  return `throttle/pool/${name}`;
}
