// SPDX-License-Identifier: Apache-2.0
/**
 * Shares — so many at a time, agreed among processes. A limit is cut into shares of a fifth of what one process would have; each process has one of its own
 * without asking, and holds more in the state store as they are needed: so a limit is overrun by at most one share a process (20 by four processes: 24),
 * and nobody who was let in is cut for it. What a process holds it confirms every ten seconds; of one that was killed it is free after thirty.
 * While the store does not answer each process has its own share, and once nobody's share lives there any more, its part of the limit.
 */
import type { Clock, Timer } from '../../core/clock.ts';
import type { CarefulState } from './careful-state.ts';

interface Held {
  inside: number;
  readonly numbers: Set<number>;
  asking: Promise<boolean> | undefined;
  /** Until then there is no share to be had. */
  noneUntil: number;
  /** How many one share lets in. */
  size: number;
}

export const shareLifeMs = 30_000;
const confirmEveryMs = 10_000;
/** One who knocks without end makes the store be asked four times a second. */
const noneForMs = 250;

export interface SharesParts {
  readonly state: CarefulState;
  readonly clock: Clock;
  readonly processes: number;
  /** This process, as no other was ever called. */
  readonly holder: string;
}

export class Shares {
  readonly #parts: SharesParts;
  readonly #held = new Map<string, Held>();
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(parts: SharesParts) {
    this.#parts = parts;
  }

  /** Whether one more may be in; who is must leave, under the same limit. At once, as long as the shares last that are held. */
  enter(name: string, limit: number, isFriend = false): boolean | Promise<boolean> {
    const held = this.#of(name);
    held.size = this.#sizeOf(limit);
    if (this.#hasRoom(held, limit)) {
      held.inside++;
      return true;
    }
    if (this.#parts.processes === 1 || this.#parts.clock.monotonic() < held.noneUntil) return this.#refuse(name, held);
    return this.#enterLater(name, held, limit, isFriend);
  }

  /** Whether one more could be in now. If not, a share is asked for, so that there may be room when it comes again. */
  hasPlace(name: string, limit: number): boolean {
    const held = this.#held.get(name);
    if (!held || this.#hasRoom(held, limit)) return true;
    const { processes, clock } = this.#parts;
    if (processes > 1 && !held.asking && clock.monotonic() >= held.noneUntil) {
      held.asking = this.#takeShare(name, held, limit, false).finally(() => {
        held.asking = undefined;
      });
    }
    return false;
  }

  leave(name: string, limit: number): void {
    const held = this.#held.get(name);
    if (!held) return;
    held.inside--;
    this.#giveBackUnused(name, held, this.#sizeOf(limit));
  }

  /** Gives everything back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    const all = [...this.#held].flatMap(([name, { numbers }]) => [...numbers].map(number => [name, number] as const));
    await Promise.all(
      all.map(([name, number]) =>
        this.#parts.state.ask((store, now) => store.remove(keyOf(name), now, this.#member(number))),
      ),
    );
  }

  async #enterLater(name: string, held: Held, limit: number, isFriend: boolean): Promise<boolean> {
    while (!this.#hasRoom(held, limit)) {
      held.asking ??= this.#takeShare(name, held, limit, isFriend).finally(() => {
        held.asking = undefined;
      });
      if (!(await held.asking)) return this.#refuse(name, held);
    }
    // It may have been tidied away while nobody was in.
    this.#held.set(name, held);
    held.inside++;
    return true;
  }

  async #takeShare(name: string, held: Held, limit: number, isFriend: boolean): Promise<boolean> {
    const { state, clock } = this.#parts;
    const number = firstFree(held.numbers);
    const member = this.#member(number);
    const taken = await state.ask((store, now) => store.hold(keyOf(name), member, shareLifeMs, now));
    if (taken === undefined) {
      // Whoever holds one may still have it: to let in more now could be too many. Of friends that is no harm.
      const isAlone = (isFriend || state.lostForMs >= shareLifeMs) && held.inside < limit / this.#parts.processes;
      if (isAlone) return this.#standIn(held, number);
      held.noneUntil = clock.monotonic() + noneForMs;
      return false;
    }
    if (taken > Math.ceil(limit / this.#sizeOf(limit))) {
      held.noneUntil = clock.monotonic() + noneForMs;
      state.tell((store, now) => store.remove(keyOf(name), now, member));
      return false;
    }
    return this.#standIn(held, number);
  }

  #standIn(held: Held, number: number): true {
    held.numbers.add(number);
    if (!this.#isClosed) this.#timer ??= this.#parts.clock.after(confirmEveryMs, () => this.#confirm());
    return true;
  }

  #confirm(): void {
    this.#timer = undefined;
    let isHolding = false;
    for (const [name, held] of this.#held) {
      // One that was asked for ahead, and nobody came for it.
      this.#giveBackUnused(name, held, held.size);
      for (const number of held.numbers) {
        isHolding = true;
        this.#parts.state.tell((store, now) => store.hold(keyOf(name), this.#member(number), shareLifeMs, now));
      }
    }
    if (isHolding && !this.#isClosed) this.#timer = this.#parts.clock.after(confirmEveryMs, () => this.#confirm());
  }

  #giveBackUnused(name: string, held: Held, size: number): void {
    while (held.numbers.size > 0 && held.inside <= size * held.numbers.size) this.#giveBack(name, held);
    this.#tidy(name, held);
  }

  #giveBack(name: string, held: Held): void {
    const last = Math.max(...held.numbers);
    held.numbers.delete(last);
    this.#parts.state.tell((store, now) => store.remove(keyOf(name), now, this.#member(last)));
  }

  #refuse(name: string, held: Held): false {
    this.#tidy(name, held);
    return false;
  }

  #tidy(name: string, held: Held): void {
    if (held.inside === 0 && held.numbers.size === 0 && !held.asking) this.#held.delete(name);
  }

  #hasRoom(held: Held, limit: number): boolean {
    const size = this.#sizeOf(limit);
    return held.inside < (this.#parts.processes === 1 ? limit : size * (1 + held.numbers.size));
  }

  #sizeOf(limit: number): number {
    return Math.max(1, Math.floor(limit / (5 * this.#parts.processes)));
  }

  #of(name: string): Held {
    let held = this.#held.get(name);
    if (!held) {
      held = { inside: 0, numbers: new Set(), asking: undefined, noneUntil: 0, size: 1 };
      this.#held.set(name, held);
    }
    return held;
  }

  #member(number: number): string {
    return `${this.#parts.holder}/${number}`;
  }
}

function keyOf(name: string): string {
  return `throttle/in/${name}`;
}

function firstFree(numbers: ReadonlySet<number>): number {
  let number = 0;
  while (numbers.has(number)) number++;
  return number;
}
