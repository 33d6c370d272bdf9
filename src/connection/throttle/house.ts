// SPDX-License-Identifier: Apache-2.0
/** House — what the gates of all attempts stand on. */
import type { Client } from '../../core/client.ts';
import type { Clock } from '../../core/clock.ts';
import type { CarefulState } from './careful-state.ts';
import type { HeldBack, HeldBackList } from './held-back.ts';
import type { ThrottleOptions } from './options.ts';
import type { Rates } from './rates.ts';
import type { Standing } from './standing.ts';
import type { UnknownRecipients } from './unknown-recipients.ts';

export interface House {
  readonly state: CarefulState;
  readonly clock: Clock;
  readonly options: ThrottleOptions;
  readonly rates: Rates;
  readonly heldBack: HeldBackList;
  readonly standing: Standing;
  readonly unknownRecipients: UnknownRecipients;
  readonly delays: Delays;
  asnOf(client: Client): number | undefined;
  block(held: HeldBack): void;
  onPutOff(held: Pick<HeldBack, 'limit' | 'scope'>): void;
}

/** Answers that wait at a time: a defence must not be a load on ourselves. */
const delayedAtMost = 500;
export class Delays {
  #count = 0;

  enter(): boolean {
    if (this.#count >= delayedAtMost) return false;
    this.#count++;
    return true;
  }

  leave(): void {
    this.#count--;
  }
}
