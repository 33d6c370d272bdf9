// SPDX-License-Identifier: Apache-2.0
/** Familiar — puts together who learns whom we know: what messages have proven, the SPF records of their domains, and what people say of them. */
import { isSpf, sightingOf, sightingsIn, sightingsOf } from '../authentication/sightings.ts';
import { provenDomain } from '../authentication/spf.ts';
import { networksOfDomain } from '../authentication/spf/networks.ts';
import { hostNameOf, type Stores } from '../app.ts';
import type { Config } from '../config.ts';
import { Expander } from '../connection/familiar/expander.ts';
import { FamiliarLearner } from '../connection/familiar/learner.ts';
import type { Clock } from '../core/clock.ts';
import type { Dns } from '../core/dns.ts';
import type { ListOutcome } from '../core/dns-lists.ts';
import type { Services } from '../check/services.ts';
import { isInside } from '../core/ip.ts';
import type { Log } from '../core/log.ts';
import type { Label } from '../store/learning/contract.ts';
import type { ReceiveParts } from '../way/data.ts';

export interface FamiliarParts {
  readonly dns: Dns;
  readonly clock: Clock;
  readonly log: Log;
  /** The process. */
  readonly holder: string;
  /** As of now. */
  readonly config: () => Config;
  /** As they are now: what they say of a client whose mail was wanted counts, too. */
  readonly dnsLists: () => Services['dnsLists'];
}

export interface FamiliarWays {
  readonly learner: FamiliarLearner;
  /** A message was taken for wanted. */
  readonly onWanted: NonNullable<ReceiveParts['onWanted']>;
  /** A stranger's message was judged. */
  readonly onJudged: NonNullable<ReceiveParts['onJudged']>;
  /** A person said what a stored message is. */
  onLearned(stored: Buffer, label: Label): void;
}

export function openFamiliar(stores: Pick<Stores, 'state' | 'familiar'>, parts: FamiliarParts): FamiliarWays {
  const { dns, clock, log, holder, config, dnsLists } = parts;
  const options = () => config().familiar;
  const common = { state: stores.state, changes: stores.familiar.changes, clock, options };
  const expander = new Expander({ ...common, networksOf: (domain, signal) => networksOfDomain(domain, dns, signal) });
  const learner = new FamiliarLearner({ ...common, log, holder, expander });
  return {
    learner,
    onWanted({ client, hello }, measurements) {
      const [spf, dkim] = [measurements.settledValue('spf'), measurements.settledValue('dkim')];
      const sightings = sightingsOf(client, hello.name, spf, dkim);
      if (sightings.length === 0) return;
      learner.see(sightings, 'wanted');
      // Lists are not asked while somebody familiar is served; here nobody waits for them.
      void Promise.resolve(dnsLists().ask('client', [client.ip])).then(outcomes => {
        if (outcomes.some(isAgainst)) learner.see(sightings.slice(0, 1), 'listed');
      });
    },
    onJudged({ client, hello }, measurements, done) {
      if (done === 'none' || client.isOurs || isInside(client.ip)) return;
      const spf = measurements.settledValue('spf');
      // Not the domains that signed: anybody can send on what they signed once.
      learner.see([sightingOf(isSpf(spf) ? provenDomain(spf) : undefined, client, hello.name)], 'marked');
    },
    onLearned(stored, label) {
      learner.see(sightingsIn(stored, hostNameOf(config())), label === 'ham' ? 'sure' : 'unwanted');
    },
  };
}

function isAgainst(outcome: ListOutcome): boolean {
  return outcome.kind === 'listed' && outcome.points > 0 && outcome.list.mode === 'enforce';
}
