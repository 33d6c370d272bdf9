// SPDX-License-Identifier: Apache-2.0
/** Crowd — who is in: a hard cap on connections in all and from one client (an IPv4 address, an IPv6 /64), so that one cannot crowd out the rest. */
import type { Client } from '../core/client.ts';

export class Crowd {
  #limit: number;
  #limitPerClient: number;
  readonly #counts = new Map<string, number>();
  #total = 0;

  constructor(limit: number, limitPerClient: number) {
    this.#limit = limit;
    this.#limitPerClient = limitPerClient;
  }

  /** Those who are in may stay. */
  resize(limit: number, limitPerClient: number): void {
    this.#limit = limit;
    this.#limitPerClient = limitPerClient;
  }

  /** Whether there was room; who enters must leave. */
  enter(client: Client): boolean {
    const key = keyOf(client);
    const count = this.#counts.get(key) ?? 0;
    if (this.#total >= this.#limit || count >= this.#limitPerClient) return false;
    this.#counts.set(key, count + 1);
    this.#total++;
    return true;
  }

  leave(client: Client): void {
    const key = keyOf(client);
    const count = this.#counts.get(key) ?? 0;
    if (count > 1) this.#counts.set(key, count - 1);
    else this.#counts.delete(key);
    this.#total--;
  }
}

function keyOf(client: Client): string {
  return client.ip.includes(':') ? client.network : client.ip;
}
