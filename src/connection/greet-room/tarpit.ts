// SPDX-License-Identifier: Apache-2.0
/**
 * Tarpit — replies that are held back: to suspects, and where one recipient after the other is refused. With many held back waits become shorter,
 * and with too many nobody else is: each costs a whole session, and honest mail must find room.
 */
import type { Clock } from '../../core/clock.ts';
import type { Suspicion } from '../../core/suspicion.ts';
import { TimerWheel } from '../../net/timer-wheel.ts';
import type { GreetOptions } from './options.ts';
import { patienceMs, replyMs, shrunk, unknownMs } from './pauses.ts';

export class Tarpit {
  readonly #clock: Clock;
  readonly #wheel: TimerWheel;
  readonly #options: () => GreetOptions;
  #waiting = 0;

  constructor(clock: Clock, options: () => GreetOptions) {
    this.#clock = clock;
    this.#wheel = new TimerWheel(clock, { tickMs: 100 });
    this.#options = options;
  }

  /** Before the answer to MAIL or RCPT. */
  replyMs(suspicion: Suspicion): number {
    return this.#shrunk(replyMs(suspicion, this.#options()));
  }

  /** Before the refusal of a recipient, the `nth` of its connection. */
  unknownMs(nth: number): number {
    return this.#shrunk(unknownMs(nth, this.#options()));
  }

  /** Before the first recipient; the whole wait or none, since a short one proves nothing. */
  patienceMs(suspicion: Suspicion): number {
    const options = this.#options();
    const isRoomy = options.tarpit.isOn && this.#waiting * 2 < options.tarpit.waitingAtMost;
    return isRoomy ? patienceMs(suspicion, options) : 0;
  }

  /** Calls `done` after `ms`, unless the wait is ended first; gives how to end it, and how long it has lasted. */
  hold(ms: number, done: () => void): { end(): void; lastedMs(): number } {
    const begunAt = this.#clock.monotonic();
    let isHeld = true;
    const release = (): void => {
      if (isHeld) this.#waiting--;
      isHeld = false;
      timer.cancel();
    };
    const timer = this.#wheel.timer(() => {
      release();
      done();
    });
    this.#waiting++;
    timer.set(ms);
    return { end: release, lastedMs: () => Math.round(this.#clock.monotonic() - begunAt) };
  }

  close(): void {
    this.#wheel.close();
  }

  #shrunk(ms: number): number {
    const { isOn, waitingAtMost } = this.#options().tarpit;
    return isOn && this.#waiting < waitingAtMost ? shrunk(ms, this.#waiting, waitingAtMost) : 0;
  }
}
