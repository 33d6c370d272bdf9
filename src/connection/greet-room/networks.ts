// SPDX-License-Identifier: Apache-2.0
/** Networks — how many wait from each network (IPv4 /24, IPv6 /64). IPv4 is counted under a small number, which needs no memory of its own. */
/** The first three bytes of IPv4; the /64 of IPv6. */
export type NetworkKey = number | string;

export class NetworkCounts {
  readonly #counts = new Map<NetworkKey, number>();

  count(key: NetworkKey): number {
    return this.#counts.get(key) ?? 0;
  }

  add(key: NetworkKey): void {
    this.#counts.set(key, this.count(key) + 1);
  }

  remove(key: NetworkKey): void {
    const count = this.count(key);
    if (count > 1) this.#counts.set(key, count - 1);
    else this.#counts.delete(key);
  }
}
