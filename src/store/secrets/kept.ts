// SPDX-License-Identifier: Apache-2.0
/** Kept — which secrets are left when a new one comes. */
import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { Secret } from './contract.ts';

const secretBytes = 32;

/** A new one before those that were in use within `keptMs`. An instant in the future, from a clock that was wrong, counts as now. */
export function renewed(secrets: readonly Secret[], keptMs: number, clock: Clock, random: Random): readonly Secret[] {
  const now = clock.now();
  const next: Secret = {
    number: (secrets[0]?.number ?? -1) + 1,
    since: now,
    bytes: Buffer.from(random.bytes(secretBytes)),
  };
  // Out of use since the one before it in the list came.
  const kept = secrets.filter((_, i) => i === 0 || now - Math.min(secrets[i - 1]?.since ?? now, now) <= keptMs);
  return [next, ...kept];
}
