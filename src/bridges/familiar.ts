// SPDX-License-Identifier: Apache-2.0
/** Familiar — puts together who learns whom we know: what messages have proven, the SPF records of their domains, and what people say of them. */
import { sightingsIn, sightingsOf } from '../authentication/sightings.ts';
import { networksOfDomain } from '../authentication/spf/networks.ts';
import { hostNameOf, type Stores } from '../app.ts';
import type { Measurements } from '../check/measurements.ts';
import type { Config } from '../config.ts';
import { Expander } from '../connection/familiar/expander.ts';
import { FamiliarLearner } from '../connection/familiar/learner.ts';
import type { Clock } from '../core/clock.ts';
import type { Dns } from '../core/dns.ts';
import type { Log } from '../core/log.ts';
import type { Label } from '../store/learning/contract.ts';
import type { Arrival } from '../way/data.ts';

export interface FamiliarParts {
  readonly dns: Dns;
  readonly clock: Clock;
  readonly log: Log;
  /** The process. */
  readonly holder: string;
  /** As of now. */
  readonly config: () => Config;
}

export interface FamiliarWays {
  readonly learner: FamiliarLearner;
  /** A message was taken for wanted. */
  onWanted(arrival: Arrival, measurements: Measurements): void;
  /** A person said what a stored message is. */
  onLearned(stored: Buffer, label: Label): void;
}

export function openFamiliar(stores: Pick<Stores, 'state' | 'familiar'>, parts: FamiliarParts): FamiliarWays {
  const { dns, clock, log, holder, config } = parts;
  const options = () => config().familiar;
  const common = { state: stores.state, changes: stores.familiar.changes, clock, options };
  const expander = new Expander({ ...common, networksOf: (domain, signal) => networksOfDomain(domain, dns, signal) });
  const learner = new FamiliarLearner({ ...common, log, holder, expander });
  return {
    learner,
    onWanted({ client, hello }, measurements) {
      const [spf, dkim] = [measurements.settledValue('spf'), measurements.settledValue('dkim')];
      learner.see(sightingsOf(client, hello.name, spf, dkim), 'wanted');
    },
    onLearned(stored, label) {
      learner.see(sightingsIn(stored, hostNameOf(config())), label === 'ham' ? 'sure' : 'unwanted');
    },
  };
}
