// SPDX-License-Identifier: Apache-2.0
/**
 * Census — whether the first clients all come from one private address: then a proxy or a container stands in front, and hides who they are.
 * Nobody is judged by such an address; the operator is to be told.
 */
import type { Client } from '../core/client.ts';
import { isInside } from '../core/ip.ts';

/** So many clients that all come from one address are no chance. */
const sampleSize = 100;

export class Census {
  readonly #onFound: (ip: string) => void;
  readonly #onRefuted: () => void;
  #only: string | undefined;
  #seen = 0;
  #isOver = false;

  /** `onRefuted` once, when somebody comes from elsewhere: before anything was found, or after. */
  constructor(onFound: (ip: string) => void, onRefuted: () => void) {
    this.#onFound = onFound;
    this.#onRefuted = onRefuted;
  }

  /** Our own senders are expected to come from inside, and say nothing. */
  see({ ip, isOurs }: Client): void {
    if (this.#isOver || isOurs) return;
    if (this.#seen === 0 && isInside(ip)) this.#only = ip;
    if (ip !== this.#only) {
      this.#isOver = true;
      return this.#onRefuted();
    }
    this.#seen++;
    if (this.#seen === sampleSize) this.#onFound(ip);
  }
}
