// SPDX-License-Identifier: Apache-2.0
/**
 * Networks — how many wait from each network: of IPv4 the /24; of IPv6 the /64 and, with more places, the /56 and the /48 around it, since one customer
 * may have any of them and a /48 holds 65,536 keys. IPv4 is counted under a small number, which needs no memory of its own.
 */
import { parseIp } from '../../core/ip.ts';

/** The first three bytes of IPv4; the /64 of IPv6. */
export type NetworkKey = number | string;

/** How many times as many places as a /64 a network of so many bytes has. */
const around = [
  { bytes: 7, times: 2 },
  { bytes: 6, times: 4 },
] as const;

export class NetworkCounts {
  readonly #counts = new Map<NetworkKey, number>();

  /** Whether one more of it may wait, where one network may have so many places. */
  hasPlace(key: NetworkKey, places: number): boolean {
    return scopesOf(key).every(({ scope, times }) => (this.#counts.get(scope) ?? 0) < places * times);
  }

  add(key: NetworkKey): void {
    for (const { scope } of scopesOf(key)) this.#counts.set(scope, (this.#counts.get(scope) ?? 0) + 1);
  }

  remove(key: NetworkKey): void {
    for (const { scope } of scopesOf(key)) {
      const count = this.#counts.get(scope) ?? 0;
      if (count > 1) this.#counts.set(scope, count - 1);
      else this.#counts.delete(scope);
    }
  }
}

interface Scope {
  readonly scope: NetworkKey;
  readonly times: number;
}

function scopesOf(key: NetworkKey): readonly Scope[] {
  const own = { scope: key, times: 1 };
  const address = typeof key === 'string' ? parseIp(key.replace(/\/64$/, '')) : undefined;
  if (!address) return [own];
  const wider = around.map(({ bytes, times }) => ({
    // The length tells a /56 from the /48 that it begins with.
    scope: Buffer.from(address.subarray(0, bytes)).toString('latin1'),
    times,
  }));
  return [own, ...wider];
}
