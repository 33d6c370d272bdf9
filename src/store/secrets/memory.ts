// SPDX-License-Identifier: Apache-2.0
/** Memory secrets — for tests and for what must leave no trace. */
import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { Secret, SecretStore } from './contract.ts';
import { renewed } from './kept.ts';

export function memorySecretStore(clock: Clock, random: Random): SecretStore {
  let secrets: readonly Secret[] = renewed([], 0, clock, random);
  return {
    all: () => secrets,
    async rotate(keptMs) {
      secrets = renewed(secrets, keptMs, clock, random);
    },
  };
}
