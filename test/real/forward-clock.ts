// SPDX-License-Identifier: Apache-2.0
/** Forward clock — the true clock, which a test may put forward by hours: what was to happen until then happens at once. */
import { systemClock, type Clock, type Timer } from '../../src/core/clock.ts';

interface Waiting {
  readonly at: number;
  readonly work: () => void;
  timer: Timer;
}

export class ForwardClock implements Clock {
  #aheadMs = 0;
  readonly #waiting = new Set<Waiting>();

  now(): number {
    return systemClock.now() + this.#aheadMs;
  }

  monotonic(): number {
    return systemClock.monotonic() + this.#aheadMs;
  }

  after(waitMs: number, work: () => void): Timer {
    const waiting: Waiting = { at: this.monotonic() + waitMs, work, timer: { cancel() {} } };
    this.#waiting.add(waiting);
    this.#arm(waiting);
    return {
      cancel: () => {
        this.#waiting.delete(waiting);
        waiting.timer.cancel();
      },
    };
  }

  forward(ms: number): void {
    this.#aheadMs += ms;
    for (const waiting of this.#waiting) {
      waiting.timer.cancel();
      this.#arm(waiting);
    }
  }

  #arm(waiting: Waiting): void {
    waiting.timer = systemClock.after(Math.max(0, waiting.at - this.monotonic()), () => {
      this.#waiting.delete(waiting);
      waiting.work();
    });
  }
}
