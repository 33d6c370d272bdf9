// SPDX-License-Identifier: Apache-2.0
/**
 * Throttle — how much anybody may bring before he is asked to come back later: the room at the door, the gate of each attempt, the pace of reading.
 * Who is put off hears a 4xx and loses nothing. Without the state store each process limits by what it sees itself.
 */
import type { Client } from '../../core/client.ts';
import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import type { Reply } from '../../core/reply.ts';
import type { Entered, NoPlace, Room } from '../../net/crowd.ts';
import type { Pacer } from '../../net/pace.ts';
import type { StateStore } from '../../store/state/contract.ts';
import { CarefulState } from './careful-state.ts';
import { Gate } from './gate.ts';
import { HeldBackList, type HeldBack, type Limit } from './held-back.ts';
import { Delays, type House } from './house.ts';
import { keysOf, nameOf, type Key } from './keys.ts';
import type { ThrottleOptions } from './options.ts';
import { Pacing } from './pacing.ts';
import { Rates } from './rates.ts';
import { Shares } from './shares.ts';
import { Standing } from './standing.ts';
import { UnknownRecipients } from './unknown-recipients.ts';
import { replyTo } from './words.ts';

export interface ThrottleParts {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly log: Log;
  /** How many processes share the limits. */
  readonly processes: number;
  /** This process, as no other was ever called. */
  readonly holder: string;
  readonly isFamiliar?: (ip: string) => boolean;
  /** The provider of an address, where that is known without asking. */
  readonly asnOf?: (ip: string) => number | undefined;
  /** For the metrics. */
  readonly onPutOff?: (limit: string, scope: string) => void;
}

/** Of the configuration, what concerns limits. */
export interface ThrottleConfig {
  readonly throttle: ThrottleOptions;
  readonly smtp: { readonly connectionsPerClient: number };
  readonly server: { readonly relayFrom: readonly string[]; readonly trustedRelays?: readonly string[] };
}

/** When one is told to come again who found no place. */
const placeAgainMs = 60_000;

export class Throttle implements House, Room {
  readonly state: CarefulState;
  readonly clock: Clock;
  readonly rates: Rates;
  readonly heldBack: HeldBackList;
  readonly standing: Standing;
  readonly unknownRecipients: UnknownRecipients;
  readonly delays = new Delays();
  readonly pacer: Pacer;
  readonly #parts: ThrottleParts;
  readonly #shares: Shares;
  #config: ThrottleConfig;

  constructor(parts: ThrottleParts, config: ThrottleConfig) {
    const { clock, processes, holder } = parts;
    this.#parts = parts;
    this.#config = config;
    this.clock = clock;
    this.state = new CarefulState(parts.state, clock, parts.log);
    const { state } = this;
    this.rates = new Rates(state, clock, processes);
    this.#shares = new Shares({ state, clock, processes, holder });
    this.heldBack = new HeldBackList(state, clock, key => this.unknownRecipients.forget(key));
    this.standing = new Standing({ state, clock, isFamiliar: parts.isFamiliar }, config.throttle, neverLimited(config));
    this.unknownRecipients = new UnknownRecipients(state, clock);
    this.pacer = new Pacing({
      state,
      clock,
      processes,
      holder,
      options: () => this.options,
      factorOf: client => this.standing.factorOf(client),
      onSlowed: (_client, value, _scope, bytesPerSecond, forMs) => {
        const key: Key = { scope: 'address', value };
        this.heldBack.note(this.#seen('bytesPerSecond', key, forMs, bytesPerSecond));
        parts.onPutOff?.('bytesPerSecond', 'address');
      },
    });
  }

  get options(): ThrottleOptions {
    return this.#config.throttle;
  }

  start(): void {
    this.heldBack.start();
  }

  /** For connections from now on. */
  change(config: ThrottleConfig): void {
    this.#config = config;
    this.standing.change(config.throttle, neverLimited(config));
  }

  /** Whether any limit holds for it. */
  concerns(client: Client): boolean {
    return this.options.mode !== 'off' && this.standing.factorOf(client) !== Number.POSITIVE_INFINITY;
  }

  open(client: Client, id: string): Gate {
    return new Gate(this, client, id);
  }

  asnOf(client: Client): number | undefined {
    return this.#parts.asnOf?.(client.ip);
  }

  isFriend(client: Client): boolean {
    return this.standing.isFree(client) || this.standing.isFamiliar(client);
  }

  /** `smtp.connectionsPerClient` also where all other limits are off; never for those inside and ours. */
  enter(client: Client): Entered | Promise<Entered> {
    const factor = this.standing.factorOf(client);
    if (factor === Number.POSITIVE_INFINITY) return inside;
    const limits = this.#placesOf(client, factor);
    return this.#enter(limits, 0, []);
  }

  /** Whether it would find a place now, as far as this process knows; if not, one is looked for. */
  hasPlace(client: Client): boolean {
    const factor = this.standing.factorOf(client);
    if (factor === Number.POSITIVE_INFINITY) return true;
    return this.#placesOf(client, factor).every(({ name, limit }) => this.#shares.hasPlace(name, limit));
  }

  block(held: HeldBack): void {
    if (this.options.mode === 'enforce') this.heldBack.block(held);
  }

  onPutOff({ limit, scope }: Pick<HeldBack, 'limit' | 'scope'>): void {
    this.#parts.onPutOff?.(limit, scope);
  }

  /** What one hears who found no place at the door. */
  turnAway(noPlace: NoPlace, id: string): TurnedAway {
    const now = this.clock.now();
    if (noPlace.scope === 'server') {
      this.#parts.onPutOff?.('connections', 'server');
      const until = now + placeAgainMs;
      return {
        held: { limit: 'connections', scope: 'server', value: '', until, count: 0 },
        reply: { code: 421, enhanced: '4.7.0', lines: [`Too many connections; please try again later. (id ${id})`] },
        isObserved: false,
      };
    }
    const { scope, key } = noPlace;
    const held = this.#seen(
      'connections',
      { scope: scope === 'asn' || scope === 'network' ? scope : 'address', value: key },
      placeAgainMs,
      0,
    );
    this.heldBack.note({ ...held, attempt: id });
    this.onPutOff(held);
    return { held, reply: replyTo(held, 421, id, now), isObserved: false };
  }

  async close(): Promise<void> {
    this.heldBack.close();
    await this.#shares.close();
    await this.standing.write();
  }

  #placesOf(client: Client, factor: number): readonly Place[] {
    const { mode, connections } = this.options;
    return keysOf(client, this.asnOf(client)).flatMap(key => {
      const limit = limitOf(key, this.#config.smtp.connectionsPerClient, mode === 'enforce' ? connections : undefined);
      return limit > 0 ? [{ key, name: nameOf(key), limit: limit * factor, isFriend: factor > 1 }] : [];
    });
  }

  #enter(places: readonly Place[], from: number, entered: readonly Place[]): Entered | Promise<Entered> {
    const leave = (): void => {
      for (const { name, limit } of entered) this.#shares.leave(name, limit);
    };
    const place = places[from];
    if (!place) return { leave };
    const next = (isIn: boolean): Entered | Promise<Entered> => {
      if (isIn) return this.#enter(places, from + 1, [...entered, place]);
      return this.#enterBeyond(places, from, entered, leave);
    };
    const isIn = this.#shares.enter(place.name, place.limit, place.isFriend);
    return isIn instanceof Promise ? isIn.then(next) : next(isIn);
  }

  /** Who has sent wanted mail for long has further places. */
  async #enterBeyond(
    places: readonly Place[],
    from: number,
    entered: readonly Place[],
    leave: () => void,
  ): Promise<Entered> {
    const place = places[from];
    const { familiarFactor } = this.options;
    if (
      place &&
      !place.isMore &&
      familiarFactor > 1 &&
      (await this.standing.hasHistory(places.map(({ key }) => key)))
    ) {
      const more = { ...place, name: `${place.name}/more`, limit: place.limit * (familiarFactor - 1), isMore: true };
      return this.#enter([...places.slice(0, from), more, ...places.slice(from + 1)], from, entered);
    }
    leave();
    return { noPlace: { limit: 'connections', scope: place?.key.scope ?? '', key: place?.key.value ?? '' } };
  }

  #seen(limit: Limit, key: Key, forMs: number, count: number): HeldBack {
    const since = this.clock.now();
    return {
      ...key,
      limit,
      isBlocked: false,
      since,
      until: Math.round(since + forMs),
      count: Math.round(count),
      attempt: '',
    };
  }
}

/** Why somebody found no place, and what he hears. */
export interface TurnedAway {
  readonly held: Pick<HeldBack, 'limit' | 'value' | 'until' | 'count'> & { readonly scope: string };
  readonly reply: Reply;
  readonly isObserved: boolean;
}

interface Place {
  readonly key: Key;
  readonly name: string;
  readonly limit: number;
  readonly isFriend: boolean;
  readonly isMore?: boolean;
}

const inside: Entered = { leave() {} };

function limitOf({ scope }: Key, perClient: number, connections: ThrottleOptions['connections'] | undefined): number {
  switch (scope) {
    case 'address':
      return perClient;
    case 'network':
      return connections?.network ?? 0;
    case 'asn':
      return connections?.asn ?? 0;
    case 'identity':
      return 0;
  }
}

/** What comes by a trusted relay is not its own. */
function neverLimited({ server: { relayFrom, trustedRelays = [] } }: ThrottleConfig): readonly string[] {
  return [...relayFrom, ...trustedRelays];
}
