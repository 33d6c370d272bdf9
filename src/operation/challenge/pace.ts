// SPDX-License-Identifier: Apache-2.0
/** Pace — how much one network, and all together, may ask of the page; shared by all processes. Rejects where the state store does. */
import type { Clock } from '../../core/clock.ts';
import type { StateStore } from '../../store/state/contract.ts';

/** In tokens: a look, an answer with work, an answer without, and a link that nobody gave out. */
export const costs = { look: 1, worked: 2, unworked: 6, guess: 10 } as const;

/** A person needs ten; a guess of the 128 bits of a link would take longer than there is time. */
const ofNetwork = { perSecond: 0.2, burst: 60 };
const ofAll = { perSecond: 50, burst: 1_000 };

export class Pace {
  readonly #state: StateStore;
  readonly #clock: Clock;

  constructor(state: StateStore, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  async allows(network: string, cost: number): Promise<boolean> {
    const now = this.#clock.now();
    const taken = await this.#state.take(`challenge.page/${network}`, cost, ofNetwork.perSecond, ofNetwork.burst, now);
    if (!taken.isEnough) return false;
    return (await this.#state.take('challenge.page-all', cost, ofAll.perSecond, ofAll.burst, now)).isEnough;
  }
}
