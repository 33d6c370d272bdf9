// SPDX-License-Identifier: Apache-2.0
/**
 * Crowd — who is in at one door: a hard cap on connections in all and from one client (an IPv4 address, an IPv6 /64), so that one cannot crowd out
 * the rest. The last tenth of the places is kept for friends; and where more than half are taken, no large network (IPv4 /16, IPv6 /48) gets another beyond a quarter.
 * Counts this process alone; what processes agree on is a `Room`.
 */
import { addressOf, type Client } from '../core/client.ts';
import { parseIp } from '../core/ip.ts';

/** Who is let in as several processes agree on it. */
export interface Room {
  /** One who was here before and was welcome, or is of the house: for him the last places are kept. Answers at once. */
  isFriend(client: Client): boolean;
  /** `leave` must be called once. A promise is waited for before the greeting; it never rejects. */
  enter(client: Client): Entered | Promise<Entered>;
}

export type Entered = { readonly leave: () => void } | { readonly noPlace: NoPlace };

/** Why somebody was not let in; `until` (Unix ms) is when another try makes sense. */
export interface NoPlace {
  readonly limit: string;
  readonly scope: string;
  readonly key: string;
  readonly until?: number;
}

/** Of the places, as many as strangers leave to friends. */
const keptShare = 0.1;
/** Where so many of the places are taken, large networks have `crowdShare` of them each. */
const crowdedShare = 0.5;
const crowdShare = 0.25;

export class Crowd {
  #limit: number;
  #limitPerClient: number;
  readonly #counts = new Map<string, number>();
  readonly #regions = new Map<string, number>();
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
  enter(client: Client, isFriend = true): boolean {
    const key = addressOf(client);
    const region = regionOf(client);
    const count = this.#counts.get(key) ?? 0;
    const inRegion = this.#regions.get(region) ?? 0;
    if (count >= this.#limitPerClient || !this.#hasPlace(inRegion, isFriend)) return false;
    this.#counts.set(key, count + 1);
    this.#regions.set(region, inRegion + 1);
    this.#total++;
    return true;
  }

  leave(client: Client): void {
    takeOne(this.#counts, addressOf(client));
    takeOne(this.#regions, regionOf(client));
    this.#total--;
  }

  #hasPlace(inRegion: number, isFriend: boolean): boolean {
    if (isFriend) return this.#total < this.#limit;
    if (this.#total >= this.#limit - Math.floor(this.#limit * keptShare)) return false;
    return this.#total < this.#limit * crowdedShare || inRegion < this.#limit * crowdShare;
  }
}

function takeOne(counts: Map<string, number>, key: string): void {
  const count = counts.get(key) ?? 0;
  if (count > 1) counts.set(key, count - 1);
  else counts.delete(key);
}

/** Each connection asks: IPv4 is cut and not read. */
function regionOf({ ip }: Client): string {
  if (!ip.includes(':')) return ip.slice(0, ip.indexOf('.', ip.indexOf('.') + 1));
  return Buffer.from(parseIp(ip)?.subarray(0, 6) ?? []).toString('hex');
}
