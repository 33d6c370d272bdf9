// SPDX-License-Identifier: Apache-2.0
/**
 * Failures — which question not to ask which server for a while: 5 s after the first failure, twice as long after each further one,
 * 5 minutes at most (RFC 9520 3.2). So a broken domain costs us, and its servers, little however much of its mail comes.
 */
import type { Clock } from '../../core/clock.ts';

const firstMs = 5_000;
const longestMs = 300_000;

interface Failed {
  readonly reason: string;
  readonly times: number;
  readonly untilMs: number;
}

export class Failures {
  readonly #clock: Clock;
  readonly #countAtMost: number;
  readonly #failed = new Map<string, Failed>();

  constructor(clock: Clock, countAtMost: number) {
    this.#clock = clock;
    this.#countAtMost = countAtMost;
  }

  /** Why it is not to be asked now; undefined if it may be. */
  reason(key: string): string | undefined {
    const failed = this.#failed.get(key);
    return failed && failed.untilMs > this.#clock.monotonic() ? failed.reason : undefined;
  }

  add(key: string, reason: string): void {
    const now = this.#clock.monotonic();
    const before = this.#failed.get(key);
    // A failure of long ago says nothing of today's.
    const times = before && now < before.untilMs + longestMs ? before.times + 1 : 1;
    const waitMs = Math.min(longestMs, firstMs * 2 ** Math.min(times - 1, 10));
    this.#failed.delete(key);
    this.#failed.set(key, { reason, times, untilMs: now + waitMs });
    const [oldest] = this.#failed.keys();
    if (this.#failed.size > this.#countAtMost && oldest !== undefined) this.#failed.delete(oldest);
  }

  remove(key: string): void {
    this.#failed.delete(key);
  }
}
