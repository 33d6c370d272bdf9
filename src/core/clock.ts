// SPDX-License-Identifier: Apache-2.0
/**
 * Clock — the only source of time, and the only thing that starts timers; tests turn its hands.
 * Instants are Unix milliseconds (UTC); durations are measured on `monotonic`, which no change of wall time moves.
 */
export interface Timer {
  /** Takes the timer back; does nothing when it has run. */
  cancel(): void;
}

export interface Clock {
  /** Wall time, Unix milliseconds. For what is stored or shown, never for a duration. */
  now(): number;
  /** Milliseconds since some fixed instant; never jumps, never goes back. */
  monotonic(): number;
  /** Runs `work` once, `waitMs` milliseconds from now. A waiting timer does not keep the process alive. */
  after(waitMs: number, work: () => void): Timer;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(waitMs, work) {
    const timer = setTimeout(work, waitMs);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

/** A clock that stands still until a test turns it; timers run inside `advance`, in the order of their instants. */
export class TestClock implements Clock {
  #now: number;
  #monotonic = 0;
  readonly #timers = new Set<{ readonly at: number; readonly work: () => void }>();

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  after(waitMs: number, work: () => void): Timer {
    const timer = { at: this.#monotonic + waitMs, work };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** Lets `ms` milliseconds pass. */
  advance(ms: number): void {
    const end = this.#monotonic + ms;
    for (;;) {
      const next = [...this.#timers].filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers.delete(next);
      this.#pass(next.at - this.#monotonic);
      next.work();
    }
    this.#pass(end - this.#monotonic);
  }

  /** Moves the wall clock alone, as an operator or a time server does. */
  jump(ms: number): void {
    this.#now += ms;
  }

  #pass(ms: number): void {
    this.#monotonic += ms;
    this.#now += ms;
  }
}
