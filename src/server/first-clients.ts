// SPDX-License-Identifier: Apache-2.0
/** First clients — tells the operator if all clients seem to come from one private address: in the log, in the metrics, and at the next start, when it is remembered. */
import { Census } from '../bridges/lobby.ts';
import type { Client } from '../core/client.ts';
import type { Clock } from '../core/clock.ts';
import { describeFault } from '../core/faults.ts';
import type { Log } from '../core/log.ts';
import type { StateStore } from '../store/state/contract.ts';

export interface FirstClients {
  see(client: Client): void;
  /** As remembered; empty if they come from anywhere. */
  only(): Promise<string>;
}

const key = 'clients-come-from-only';
const keptMs = 30 * 86_400_000;

export function watchFirstClients(
  { state, clock, log }: { readonly state: StateStore; readonly clock: Clock; readonly log: Log },
  onKnown: (isOne: boolean) => void,
): FirstClients {
  const kept = (work: Promise<void>): void =>
    void work.catch((error: unknown) => log.warn('state not kept', { reason: describeFault(error) }));
  const census = new Census(
    ip => {
      log.warn(
        'all clients come from one private address: set server.proxyFrom, or nobody can be judged by its address',
        {
          client: ip,
        },
      );
      onKnown(true);
      kept(state.set(key, ip, keptMs, clock.now()));
    },
    () => {
      onKnown(false);
      kept(state.remove(key, clock.now()));
    },
  );
  return {
    see: client => census.see(client),
    only: async () => (await state.get(key, clock.now())) ?? '',
  };
}
