// SPDX-License-Identifier: Apache-2.0
/**
 * Unknown recipients — who tries addresses that are not here: counted as different ones, over all connections of an address, a network (so that a
 * harvest spread over many addresses is seen), a provider, a proven domain. A mailing list that tries the same dead addresses for ever is no harvester,
 * and neither is one whose other recipients are mostly here. First each answer comes later, then who goes on is blocked for a while.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { harvestKey } from '../../core/harvest.ts';
import type { CarefulState } from './careful-state.ts';
import { nameOf, type Key } from './keys.ts';
import type { ThrottleOptions } from './options.ts';
import { Remembered } from './remembered.ts';

export interface Tried {
  readonly key: Key;
  /** Different recipients of the window that are not here. */
  readonly unknown: number;
  /** Theirs among all that were tried, 0 to 1. */
  readonly share: number;
}

export interface Harvest {
  /** How long the answer should wait. */
  readonly delayMs: number;
  /** Whose count has reached its limit, widest last. */
  readonly over: readonly Tried[];
}

interface Tally {
  /** Recipients who are here, not yet told to the store. */
  known: number;
  /** What was last counted, for when the store is gone or has counted enough. */
  unknown: number;
  knownBefore: number;
  endsAt: number;
}

const keysAtMost = 20_000;
const flushEveryMs = 10_000;

export class UnknownRecipients {
  readonly #state: CarefulState;
  readonly #clock: Clock;
  readonly #tallies = new Remembered<Tally>(keysAtMost);
  #flushAt = 0;

  constructor(state: CarefulState, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  /** A recipient who is here. Asks nobody: it is told with the next unknown one, or soon if there was one. */
  known(keys: readonly Key[], options: ThrottleOptions['unknownRecipients']): void {
    for (const key of keys) this.#tally(key, options.window).known++;
    const now = this.#clock.monotonic();
    if (now < this.#flushAt) return;
    this.#flushAt = now + flushEveryMs;
    for (const [name, tally] of this.#tallies.entries())
      if (tally.unknown > 0 && tally.known > 0 && tally.endsAt > now)
        void this.#countKnown(name, tally, options.window);
  }

  async unknown(
    keys: readonly Key[],
    recipient: string,
    options: ThrottleOptions['unknownRecipients'],
    factor: number,
  ): Promise<Harvest> {
    const tried = await Promise.all(
      keys.filter(key => options[key.scope] > 0).map(key => this.#count(key, recipient, options, factor)),
    );
    const guilty = tried.filter(({ share }) => share >= options.share);
    for (const { key, unknown } of guilty)
      if (unknown * options.address > options.delayFrom * options[key.scope]) this.#tell(key, unknown, options.window);
    // The address' own count; those of wider ones in proportion to what they may.
    const counted = guilty.map(({ key, unknown }) => (unknown * options.address) / (options[key.scope] || 1));
    const step = Math.max(0, ...counted) / factor - options.delayFrom;
    // A tenth of the longest delay more each time.
    const delayMs = step <= 0 ? 0 : Math.min(options.delay, (step * options.delay) / 10);
    return { delayMs, over: guilty.filter(({ key, unknown }) => unknown >= options[key.scope] * factor) };
  }

  forget(key: Key): void {
    this.#tallies.delete(nameOf(key));
  }

  /** For the check that weighs what such a client sends to those who are here. */
  #tell({ scope, value }: Key, unknown: number, windowMs: number): void {
    this.#state.tell((store, now) => store.set(harvestKey(scope, value), String(unknown), windowMs, now));
  }

  async #count(
    key: Key,
    recipient: string,
    options: ThrottleOptions['unknownRecipients'],
    factor: number,
  ): Promise<Tried> {
    const name = nameOf(key);
    const tally = this.#tally(key, options.window);
    // Enough were counted to judge by: of a large sender's dead addresses not all need be remembered.
    const isFull = tally.unknown >= options[key.scope] * factor * 2;
    const [unknown] = await Promise.all([
      isFull
        ? undefined
        : this.#state.ask((store, now) =>
            store.hold(`throttle/unknown/${name}`, digest(recipient), options.window, now),
          ),
      this.#countKnown(name, tally, options.window),
    ]);
    tally.unknown = unknown ?? tally.unknown + 1;
    const known = tally.knownBefore + tally.known;
    return { key, unknown: tally.unknown, share: tally.unknown / (tally.unknown + known) };
  }

  async #countKnown(name: string, tally: Tally, windowMs: number): Promise<void> {
    const by = tally.known;
    tally.known = 0;
    const known = await this.#state.ask((store, now) => store.count(`throttle/known/${name}`, by, windowMs, now));
    tally.knownBefore = known ?? tally.knownBefore + by;
  }

  #tally(key: Key, windowMs: number): Tally {
    const name = nameOf(key);
    const now = this.#clock.monotonic();
    let tally = this.#tallies.get(name);
    if (!tally || tally.endsAt <= now) {
      tally = { known: 0, unknown: 0, knownBefore: 0, endsAt: now + windowMs };
      this.#tallies.set(name, tally);
    }
    return tally;
  }
}

/** No address of anybody is kept. */
function digest(recipient: string): string {
  return createHash('sha256').update(recipient.toLowerCase()).digest('base64url').slice(0, 16);
}
