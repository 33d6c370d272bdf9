// SPDX-License-Identifier: Apache-2.0
/**
 * Standing — how much more than a stranger somebody may bring. Without end: those inside, our own senders, configured networks, configured domains where
 * they are proven. Several times as much: familiar networks, and networks and proven domains whose mail was wanted for long (mailing lists, big senders).
 * The last is learned: of every verdict the state store counts what came and what was unwanted; it is asked only before somebody would be put off.
 */
import type { Client } from '../../core/client.ts';
import type { Clock } from '../../core/clock.ts';
import { isWithin } from '../../core/domain.ts';
import { isInside, networkHas, parseIp, parseNetwork, type Network } from '../../core/ip.ts';
import type { CarefulState } from './careful-state.ts';
import { nameOf, type Key } from './keys.ts';
import type { ThrottleOptions } from './options.ts';
import { Remembered } from './remembered.ts';

export interface StandingParts {
  readonly state: CarefulState;
  readonly clock: Clock;
  /** Whether a client comes from a network that has sent wanted mail before; answers at once. */
  readonly isFamiliar?: ((ip: string) => boolean) | undefined;
}

interface History {
  readonly since: number;
  readonly wanted: number;
  readonly unwanted: number;
}

/** History counts when it is so long, so large, and so clean. */
const daysAtLeast = 7;
const wantedAtLeast = 200;
const unwantedShareAtMost = 0.02;
const keptMs = 60 * 86_400_000;
/** Verdicts gathered before the store hears of them. */
const gatherMs = 20_000;
const gatheredAtMost = 5_000;

export class Standing {
  readonly #parts: StandingParts;
  #options: ThrottleOptions;
  #exempt: readonly Network[] = [];
  #ours: readonly Network[] = [];
  #gathered = new Map<string, { wanted: number; unwanted: number }>();
  #isGathering = false;
  /** A proven domain that is exempt speaks for its network too, at the door, where nothing is proven yet. */
  readonly #exemptNetworks = new Remembered<number>(2_000);

  constructor(parts: StandingParts, options: ThrottleOptions, relayFrom: readonly string[]) {
    this.#parts = parts;
    this.#options = options;
    this.change(options, relayFrom);
  }

  change(options: ThrottleOptions, relayFrom: readonly string[]): void {
    this.#options = options;
    this.#exempt = options.exemptNetworks.flatMap(text => parseNetwork(text) ?? []);
    this.#ours = relayFrom.flatMap(text => parseNetwork(text) ?? []);
  }

  /** Whoever is never put off, whatever he brings. */
  isFree(client: Client): boolean {
    if (client.isOurs || isInside(client.ip)) return true;
    const ip = parseIp(client.ip);
    const has = (network: Network): boolean => ip !== undefined && networkHas(network, ip);
    return this.#ours.some(has) || this.#exempt.some(has) || this.#isOfExemptDomain(client);
  }

  isFamiliar(client: Client): boolean {
    return this.#parts.isFamiliar?.(client.ip) ?? false;
  }

  /** What is known without asking: 1, `familiarFactor`, or Infinity. */
  factorOf(client: Client): number {
    if (this.isFree(client)) return Number.POSITIVE_INFINITY;
    return this.isFamiliar(client) ? this.#options.familiarFactor : 1;
  }

  /** The same of a proven domain. */
  isExemptDomain(domain: string): boolean {
    return this.#options.exemptDomains.some(exempt => isWithin(domain, exempt));
  }

  /** Whether the mail of any of these was wanted for long. */
  async hasHistory(keys: readonly Key[]): Promise<boolean> {
    const now = this.#parts.clock.now();
    const known = await Promise.all(
      keys
        .filter(({ scope }) => isJudged(scope))
        .map(key => this.#parts.state.ask((store, at) => store.get(keyOf(nameOf(key)), at))),
    );
    return known.some(text => isGood(read(text), now));
  }

  /** A verdict on a message of these; `domains` are proven. */
  learn(client: Client, domains: readonly string[], isWanted: boolean): void {
    if (domains.some(domain => this.isExemptDomain(domain)))
      this.#exemptNetworks.set(client.network, this.#parts.clock.monotonic() + 86_400_000);
    const keys: readonly Key[] = [
      { scope: 'network', value: client.network },
      ...domains.map(value => ({ scope: 'identity', value }) as const),
    ];
    for (const key of keys) {
      const name = nameOf(key);
      const counts = this.#gathered.get(name) ?? { wanted: 0, unwanted: 0 };
      if (isWanted) counts.wanted++;
      else counts.unwanted++;
      if (this.#gathered.size < gatheredAtMost || this.#gathered.has(name)) this.#gathered.set(name, counts);
    }
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#parts.clock.after(gatherMs, () => void this.write());
  }

  /** Hands what was gathered to the store. */
  async write(): Promise<void> {
    const gathered = this.#gathered;
    this.#gathered = new Map();
    this.#isGathering = false;
    for (const [name, counts] of gathered) await this.#parts.state.ask((store, now) => add(store, name, counts, now));
  }

  #isOfExemptDomain(client: Client): boolean {
    const until = this.#exemptNetworks.get(client.network);
    return until !== undefined && until > this.#parts.clock.monotonic();
  }
}

type Store = Parameters<Parameters<CarefulState['ask']>[0]>[0];

/** Two processes at once: who comes second looks again, a few times; a lost count of so many is no harm. */
async function add(
  store: Store,
  name: string,
  counts: { wanted: number; unwanted: number },
  now: number,
): Promise<void> {
  for (let tries = 0; tries < 3; tries++) {
    const before = await store.get(keyOf(name), now);
    const known = read(before) ?? { since: now, wanted: 0, unwanted: 0 };
    // What was long ago counts less: at so many both are halved.
    const share = known.wanted + known.unwanted > 100_000 ? 0.5 : 1;
    const next: History = {
      since: Math.min(known.since, now),
      wanted: known.wanted * share + counts.wanted,
      unwanted: known.unwanted * share + counts.unwanted,
    };
    if (await store.swap(keyOf(name), before, JSON.stringify(next), keptMs, now)) return;
  }
}

function isGood(history: History | undefined, now: number): boolean {
  if (!history) return false;
  const { since, wanted, unwanted } = history;
  return (
    now - since >= daysAtLeast * 86_400_000 &&
    wanted >= wantedAtLeast &&
    unwanted <= (wanted + unwanted) * unwantedShareAtMost
  );
}

function read(text: string | undefined): History | undefined {
  if (text === undefined) return undefined;
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const { since, wanted, unwanted } = { since: 0, wanted: 0, unwanted: 0, ...value };
  return { since: Number(since), wanted: Number(wanted), unwanted: Number(unwanted) };
}

function isJudged(scope: Key['scope']): boolean {
  return scope === 'network' || scope === 'identity';
}

function keyOf(name: string): string {
  return `throttle/history/${name}`;
}
