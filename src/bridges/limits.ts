// SPDX-License-Identifier: Apache-2.0
/** Limits — how much anybody may bring, put together with what the way knows of a message: whom it proves, and what became of it. */
import { provenDomains } from '../authentication/proven-domains.ts';
import type { Measurements } from '../check/measurements.ts';
import type { Services } from '../check/services.ts';
import type { Config } from '../config.ts';
import { listHeldBack, releaseHeldBack, type HeldBack } from '../connection/throttle/held-back.ts';
import { Throttle } from '../connection/throttle/throttle.ts';
import type { Client } from '../core/client.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { newId } from '../core/ids.ts';
import { systemRandom } from '../core/random.ts';
import type { SmtpOptions } from '../envelope/dialogue/serve.ts';
import type { RecordStore } from '../store/records/contract.ts';
import type { StateStore } from '../store/state/contract.ts';
import type { WayParts } from '../way.ts';
import { turnAway } from '../way/turned-away.ts';

export interface LimitsParts {
  readonly stores: { readonly state: StateStore; readonly records: Pick<RecordStore, 'append'> };
  readonly services: Pick<Services, 'familiarNetworks' | 'networks'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly processes: number;
  readonly slot: number;
  readonly metrics: { onPutOff(limit: string, scope: string): void };
}

export interface Limits {
  /** For the doors. */
  readonly doors: Required<Pick<SmtpOptions, 'room' | 'pacer' | 'turnAway'>>;
  /** For the lobby: whether a client would find a place inside now. */
  readonly lobby: { hasPlace(client: Client): boolean };
  /** For the way. */
  readonly way: Required<Pick<WayParts, 'gate' | 'proven' | 'putOff'>>;
  /** What became of a stranger's message, for how much its sender may bring another time. */
  readonly learn: NonNullable<WayParts['onJudged']>;
  /** How often the state store had no answer. */
  readonly losses: number;
  change(config: Config): void;
  close(): Promise<void>;
}

/** For commands: who is held back, by all processes. */
export function throttleDesk(state: StateStore, clock: Clock) {
  return {
    list: (): Promise<readonly HeldBack[]> => listHeldBack(state, clock.now()),
    release: (whom: string): Promise<readonly HeldBack[]> => releaseHeldBack(state, whom, clock.now()),
  };
}

export function openLimits(config: Config, parts: LimitsParts): Limits {
  const { stores, services, clock, log, processes, slot, metrics } = parts;
  let { freeMail } = config.authentication.reputation;
  // As no process was ever called: what a killed one held is not the next one's.
  const holder = `${slot}-${Buffer.from(systemRandom.bytes(6)).toString('hex')}`;
  const throttle = new Throttle(
    {
      state: stores.state,
      clock,
      log,
      processes,
      holder,
      isFamiliar: ip => services.familiarNetworks.knows(ip),
      asnOf: ip => services.networks.of(ip).asn,
      onPutOff: (limit, scope) => metrics.onPutOff(limit, scope),
    },
    config,
  );
  throttle.start();
  const proven = (measurements: Measurements) => provenDomains(name => measurements.settledValue(name), freeMail);
  return {
    doors: {
      room: throttle,
      pacer: throttle.pacer,
      turnAway: turnedAway =>
        turnAway({ records: stores.records, clock, newId: () => newId(clock, systemRandom) }, turnedAway, id =>
          throttle.turnAway(turnedAway.noPlace, id),
        ),
    },
    lobby: { hasPlace: client => throttle.hasPlace(client) },
    way: {
      gate: (client, id) => (throttle.concerns(client) ? throttle.open(client, id) : undefined),
      proven(transaction) {
        const spf = transaction.assembly.facts.get('spf');
        const measured = spf && transaction.measure(spf);
        return measured instanceof Promise ? measured.then(() => proven(transaction)) : proven(transaction);
      },
      putOff: ({ client, attemptId, recipients }, measurements) =>
        throttle.open(client, attemptId).message(proven(measurements), recipients.length),
    },
    learn: ({ client, attemptId }, measurements, done) =>
      throttle.open(client, attemptId).judged(proven(measurements), done === 'none'),
    get losses() {
      return throttle.state.losses;
    },
    change(next) {
      ({ freeMail } = next.authentication.reputation);
      throttle.change(next);
    },
    close: () => throttle.close(),
  };
}
