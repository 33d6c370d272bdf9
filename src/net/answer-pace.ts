// SPDX-License-Identifier: Apache-2.0
/** Answer pace — of each network so many answers in a second; of more networks than can be kept, those that come last get none until the next. */
import type { Clock } from '../core/clock.ts';
import { neighbourhood, normaliseIp } from '../core/ip.ts';

const networksAtMost = 10_000;

export class AnswerPace {
  readonly #clock: Clock;
  readonly #perSecond: () => number;
  readonly #counts = new Map<string, number>();
  #second = 0;

  constructor(clock: Clock, perSecond: () => number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
  }

  allows(address: string): boolean {
    const second = Math.floor(this.#clock.monotonic() / 1_000);
    if (second !== this.#second) this.#counts.clear();
    this.#second = second;
    const network = neighbourhood(normaliseIp(address) ?? address);
    const count = (this.#counts.get(network) ?? 0) + 1;
    if (count === 1 && this.#counts.size >= networksAtMost) return false;
    this.#counts.set(network, count);
    return count <= this.#perSecond();
  }
}
