// SPDX-License-Identifier: Apache-2.0
/** Server — one name server and how it has behaved: one that stays silent is asked after the others, until it had time to come back. */
import type { Clock } from '../../core/clock.ts';
import { formatServerAddress, type ServerAddress } from './server-address.ts';

/** As many questions in a row without a reply, and a server counts as silent. One or two are lost packets. */
const silentAfter = 3;
const silentMs = 30_000;

export class Server {
  readonly address: ServerAddress;
  readonly name: string;
  readonly #clock: Clock;
  #unanswered = 0;
  #silentUntilMs = 0;

  constructor(address: ServerAddress, clock: Clock) {
    this.address = address;
    this.name = formatServerAddress(address);
    this.#clock = clock;
  }

  get isSilent(): boolean {
    return this.#clock.monotonic() < this.#silentUntilMs;
  }

  replied(): void {
    this.#unanswered = 0;
    this.#silentUntilMs = 0;
  }

  stayedSilent(): void {
    this.#unanswered++;
    if (this.#unanswered >= silentAfter) this.#silentUntilMs = this.#clock.monotonic() + silentMs;
  }
}
