// SPDX-License-Identifier: Apache-2.0
/** Stranger — whether a client may be judged by its address at all: ours, and whoever comes from inside, never is (design point 9). */
import type { Client } from '../core/client.ts';
import { isInside } from '../core/ip.ts';
import type { FamiliarNetworks } from './ports.ts';

export function isStranger({ ip, isOurs }: Client): boolean {
  return !isOurs && !isInside(ip);
}

/**
 * A stranger from where no wanted mail has come before. What we have seen ourselves goes before what lists and names say, and nobody familiar waits for a
 * name server.
 */
export function isUnfamiliar(client: Client, familiar: Pick<FamiliarNetworks, 'knows'>): boolean {
  return isStranger(client) && !familiar.knows(client.ip);
}
