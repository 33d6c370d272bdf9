// SPDX-License-Identifier: Apache-2.0
/**
 * Budget — for how many addresses a familiar domain may speak: as many as its wanted mail has earned. Its owner writes its record, and could list half
 * the Internet there; those of its addresses that are left out are still known by its name, when it has said MAIL. Pure.
 */
import { formatIp, isPrivate, type Network } from '../../core/ip.ts';

/** A /16 for each wanted message: Google's record is covered after 16, Microsoft's after 8. */
const addressesAMessage = 65_536;
const addressesAtMost = 2 ** 21;
const networksAtMost = 512;

/** As text, each once, the narrowest first. Of IPv6 a /48 counts as one address. */
export function within(networks: Iterable<Network>, wanted: number): readonly string[] {
  let left = Math.min(addressesAtMost, addressesAMessage * Math.max(1, wanted));
  const kept = new Set<string>();
  const bySize = [...networks].filter(({ bytes }) => !isPrivate(bytes)).sort((a, b) => addressesOf(a) - addressesOf(b));
  for (const network of bySize) {
    left -= addressesOf(network);
    if (left < 0 || kept.size >= networksAtMost) break;
    kept.add(`${formatIp(network.bytes)}/${network.prefix}`);
  }
  return [...kept].sort();
}

function addressesOf({ bytes, prefix }: Network): number {
  return bytes.length === 4 ? 2 ** (32 - prefix) : 2 ** Math.max(0, 48 - prefix);
}
