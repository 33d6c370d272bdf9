// SPDX-License-Identifier: Apache-2.0
/**
 * Socket clock — the time of a play over real sockets in one process: it stands still while anything is under way on a socket, passes at most ten times as
 * fast as real time while one is open, and jumps where none is. So a play comes out the same however busy the machine is.
 */
import { systemClock } from '../../core/clock.ts';
import { EventClock } from '../../operation/rehearsal/event-clock.ts';

/** Rounds of the event loop without anything from a socket, after which nothing more will come by itself: loopback delivers at once. */
const quietRounds = 8;

export class SocketClock extends EventClock {
  readonly #fasterAtMost: number;
  #noted = 0;
  #open = 0;
  #anchor = { real: 0, played: 0 };

  /** `fasterAtMost`: how many times as fast as real time it may pass while a socket is open. */
  constructor({ fasterAtMost = 10 }: { readonly fasterAtMost?: number } = {}) {
    super();
    this.#fasterAtMost = fasterAtMost;
  }

  /** Something came from a socket. */
  note(): void {
    this.#noted++;
  }

  /** A socket was opened; to be called when it is closed. */
  opened(): () => void {
    if (this.#open++ === 0) this.#anchor = { real: systemClock.monotonic(), played: this.monotonic() };
    return () => void this.#open--;
  }

  override async runUntil(isOver: () => boolean): Promise<boolean> {
    for (;;) {
      await this.#quiet();
      if (isOver()) return true;
      const next = this.nextAt();
      if (next === undefined) return false;
      if (this.#open > 0) await this.#pace(next);
      this.step();
    }
  }

  async #quiet(): Promise<void> {
    let seen = this.#noted;
    for (let rounds = 0; rounds < quietRounds; rounds++) {
      await new Promise(resolve => setImmediate(resolve));
      if (seen === this.#noted && !this.isHeld) continue;
      seen = this.#noted;
      rounds = 0;
    }
  }

  async #pace(next: number): Promise<void> {
    const due = this.#anchor.real + (next - this.#anchor.played) / this.#fasterAtMost;
    const waitMs = due - systemClock.monotonic();
    // Without `unref`: for as long as it waits, this is all that keeps the process.
    if (waitMs > 0) await new Promise(resolve => setTimeout(resolve, waitMs));
  }
}
