// SPDX-License-Identifier: Apache-2.0
/** Stranger — whether a client may be judged by its address at all: ours, and whoever comes from inside, never is (design point 9). */
import type { Client } from '../core/client.ts';
import { isInside } from '../core/ip.ts';

export function isStranger({ ip, isOurs }: Client): boolean {
  return !isOurs && !isInside(ip);
}
