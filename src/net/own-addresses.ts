// SPDX-License-Identifier: Apache-2.0
/** Own addresses — those of this machine, in canonical text. */
import { networkInterfaces } from 'node:os';
import { normaliseIp } from '../core/ip.ts';

export function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap(list =>
    (list ?? []).flatMap(({ address }) => normaliseIp(address) ?? []),
  );
}
