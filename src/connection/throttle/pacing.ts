// SPDX-License-Identifier: Apache-2.0
/**
 * Pacing — bytes per second from a connection and from an address, by buckets of one second. What was read too fast is waited for, at instants that are
 * counted on and not from timers' ends, so that the mean is exact. Several processes that read from one address tell each other that they do, once a second,
 * and share its rate; nobody waits for that. A connection is never held below the floor.
 */
import { addressOf, type Client } from '../../core/client.ts';
import type { Clock, Timer } from '../../core/clock.ts';
import type { Pace, Pacer, Slowed } from '../../net/pace.ts';
import type { CarefulState } from './careful-state.ts';
import type { ThrottleOptions } from './options.ts';

export interface PacingParts {
  readonly state: CarefulState;
  readonly clock: Clock;
  readonly processes: number;
  readonly holder: string;
  options(): ThrottleOptions;
  /** Infinity for whom nothing holds. */
  factorOf(client: Client): number;
  onSlowed(client: Client, key: string, scope: 'address' | 'connection', bytesPerSecond: number, forMs: number): void;
}

const burstMs = 1_000;
const agreeEveryMs = 1_000;
const owedMostMs = 30_000;

/** When so many bytes at so many a second have come, counted from `tat` on: the theoretical arrival time of a leaky bucket. */
class Bucket {
  #tat = Number.NEGATIVE_INFINITY;

  /** How long to wait before more is read, ms. */
  take(bytes: number, perSecond: number, now: number): number {
    // What the floor let through beyond it is not owed for ever.
    this.#tat = Math.min(Math.max(this.#tat, now - burstMs) + (bytes * 1_000) / perSecond, now + owedMostMs);
    return Math.max(0, this.#tat - now);
  }
}

/** An address, over all connections of this process. */
interface Shared {
  readonly bucket: Bucket;
  /** At an equal part of the rate: who brings more in one process may bring too much in all. */
  readonly part: Bucket;
  readonly key: string;
  connections: number;
  /** How many processes read from it. */
  sharers: number;
  agreeAt: number;
}

export class Pacing implements Pacer {
  readonly #parts: PacingParts;
  readonly #shared = new Map<string, Shared>();

  constructor(parts: PacingParts) {
    this.#parts = parts;
  }

  open(client: Client): Pace | undefined {
    const { mode, bytesPerSecond } = this.#parts.options();
    const factor = this.#parts.factorOf(client);
    if (mode !== 'enforce' || factor === Number.POSITIVE_INFINITY) return undefined;
    if (bytesPerSecond.connection === 0 && bytesPerSecond.address === 0) return undefined;
    return new ConnectionPace(this.#parts, client, factor, {
      shared: () => this.#join(client),
      leave: shared => this.#leave(shared),
    });
  }

  #join(client: Client): Shared {
    const key = addressOf(client);
    const shared = this.#shared.get(key) ?? {
      bucket: new Bucket(),
      part: new Bucket(),
      key,
      connections: 0,
      sharers: 1,
      agreeAt: 0,
    };
    this.#shared.set(key, shared);
    shared.connections++;
    return shared;
  }

  #leave(shared: Shared): void {
    shared.connections--;
    if (shared.connections === 0) this.#shared.delete(shared.key);
  }
}

interface Company {
  shared(): Shared;
  leave(shared: Shared): void;
}

class ConnectionPace implements Pace {
  readonly #parts: PacingParts;
  readonly #client: Client;
  readonly #factor: number;
  readonly #company: Company;
  readonly #own = new Bucket();
  readonly #least = new Bucket();
  #shared: Shared | undefined;
  #timer: Timer | undefined;
  #bytes = 0;
  #firstAt = 0;
  #lastAt = 0;
  #waitedMs = 0;
  #met: Pick<Slowed, 'bytesPerSecond' | 'scope' | 'key'> | undefined;

  constructor(parts: PacingParts, client: Client, factor: number, company: Company) {
    this.#parts = parts;
    this.#client = client;
    this.#factor = factor;
    this.#company = company;
  }

  take(bytes: number, resume: () => void): boolean {
    const { clock } = this.#parts;
    const { connection, address, floor } = this.#parts.options().bytesPerSecond;
    const now = clock.monotonic();
    if (this.#bytes === 0) this.#firstAt = now;
    this.#bytes += bytes;
    this.#lastAt = now;
    const ownMs = connection > 0 ? this.#own.take(bytes, connection * this.#factor, now) : 0;
    const shared = (this.#shared ??= this.#company.shared());
    const sharedMs = address > 0 ? shared.bucket.take(bytes, (address * this.#factor) / shared.sharers, now) : 0;
    const part = (address * this.#factor) / this.#parts.processes;
    if (address > 0 && shared.part.take(bytes, part, now) > 0) this.#agree(shared, now);
    const leastMs = floor > 0 ? this.#least.take(bytes, floor, now) : Number.POSITIVE_INFINITY;
    const waitMs = Math.min(Math.max(ownMs, sharedMs), leastMs);
    if (waitMs < 1) return true;
    const isOwn = ownMs >= sharedMs;
    this.#met = {
      bytesPerSecond: (isOwn ? connection : address) * this.#factor,
      scope: isOwn ? 'connection' : 'address',
      key: shared.key,
    };
    this.#parts.onSlowed(this.#client, shared.key, isOwn ? 'connection' : 'address', this.#met.bytesPerSecond, waitMs);
    this.#timer = clock.after(waitMs, () => {
      this.#timer = undefined;
      this.#lastAt = clock.monotonic();
      this.#waitedMs += this.#lastAt - now;
      resume();
    });
    return false;
  }

  slowed(): Slowed | undefined {
    return (
      this.#met && {
        ...this.#met,
        bytes: this.#bytes,
        tookMs: Math.round(this.#lastAt - this.#firstAt),
        waitedMs: Math.round(this.#waitedMs),
      }
    );
  }

  end(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#shared) this.#company.leave(this.#shared);
    this.#shared = undefined;
  }

  #agree(shared: Shared, now: number): void {
    if (this.#parts.processes === 1 || now < shared.agreeAt) return;
    shared.agreeAt = now + agreeEveryMs;
    const { state, holder } = this.#parts;
    void state
      .ask((store, at) => store.hold(`throttle/reads/${shared.key}`, holder, 3 * agreeEveryMs, at))
      .then(sharers => {
        // Without the store each reads as if it were alone.
        shared.sharers = Math.max(1, sharers ?? 1);
      });
  }
}
