// SPDX-License-Identifier: Apache-2.0
/** Patience — how long a dialogue waits for its peer: for a command, for the next piece of a message, and in all. */
import type { TimerWheel, WheelTimer } from '../../net/timer-wheel.ts';
import type { DialogueLimits } from './limits.ts';

export class Patience {
  readonly #wheel: TimerWheel;
  readonly #limits: DialogueLimits;
  readonly #timer: WheelTimer;
  readonly #endsAt: number;
  #dataEndsAt = 0;

  constructor(wheel: TimerWheel, limits: DialogueLimits, onEnd: () => void) {
    this.#wheel = wheel;
    this.#limits = limits;
    this.#timer = wheel.timer(onEnd);
    this.#endsAt = wheel.now() + limits.connectionTime;
  }

  /** For the whole of a command line: single octets do not win more time. */
  forCommand(): void {
    this.#waitUntil(this.#wheel.now() + this.#limits.commandTime);
  }

  beginData(): void {
    this.#dataEndsAt = this.#wheel.now() + this.#limits.dataTime;
    this.forData();
  }

  forData(): void {
    this.#waitUntil(Math.min(this.#wheel.now() + this.#limits.dataPause, this.#dataEndsAt));
  }

  cancel(): void {
    this.#timer.cancel();
  }

  #waitUntil(instant: number): void {
    this.#timer.setAt(Math.min(instant, this.#endsAt));
  }
}
