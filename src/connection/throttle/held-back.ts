// SPDX-License-Identifier: Apache-2.0
/**
 * Held back — who is put off just now, why and until when: in the state store, so that all processes know those who are blocked and a command can list them
 * all. Each process has the blocked ones in memory, read anew every two seconds: nobody's connection waits for the store, and while that is gone they stay
 * blocked until their time. Durations run on the monotonic clock; setting the wall clock blocks nobody longer.
 */
import type { Clock, Timer } from '../../core/clock.ts';
import { storedUnder, type StateEntry, type StateStore } from '../../store/state/contract.ts';
import type { CarefulState } from './careful-state.ts';
import { nameOf, scopes, type Key, type Scope } from './keys.ts';
import { Remembered } from './remembered.ts';

/** `unknownRecipients` and `errors` block; the others put off what is too much. */
export type Limit =
  | 'connections'
  | 'connectionsPerMinute'
  | 'messagesPerMinute'
  | 'recipientsPerMinute'
  | 'unknownRecipients'
  | 'errors'
  | 'bytesPerSecond';

export interface HeldBack extends Key {
  readonly limit: Limit;
  readonly isBlocked: boolean;
  /** Unix ms. */
  readonly since: number;
  readonly until: number;
  /** What was counted when it was held back. */
  readonly count: number;
  /** The attempt that met the limit; its record says more. */
  readonly attempt: string;
}

const prefix = 'throttle/held/';
const lookEveryMs = 2_000;
const blockedAtMost = 20_000;
/** The same is written again at most so often. */
const noteEveryMs = 2_000;

export class HeldBackList {
  readonly #state: CarefulState;
  readonly #clock: Clock;
  #blocked = new Map<string, { readonly held: HeldBack; readonly endsAt: number; isWritten: boolean }>();
  readonly #noted = new Remembered<number>(5_000);
  readonly #onReleased: (key: Key) => void;
  #timer: Timer | undefined;
  #isClosed = false;

  /** `onReleased` hears of those that somebody let go of before their time. */
  constructor(state: CarefulState, clock: Clock, onReleased: (key: Key) => void = () => {}) {
    this.#onReleased = onReleased;
    this.#state = state;
    this.#clock = clock;
  }

  start(): void {
    void this.look();
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  /** How many are blocked as far as this process knows. */
  get size(): number {
    return this.#blocked.size;
  }

  /** The first of these that is blocked. */
  find(keys: readonly Key[]): HeldBack | undefined {
    if (this.#blocked.size === 0) return undefined;
    const now = this.#clock.monotonic();
    for (const key of keys) {
      const found = this.#blocked.get(nameOf(key));
      if (found && found.endsAt > now) return { ...found.held, until: this.#clock.now() + found.endsAt - now };
    }
    return undefined;
  }

  block(held: HeldBack): void {
    const forMs = held.until - this.#clock.now();
    const name = nameOf(held);
    if (this.#blocked.size >= blockedAtMost && !this.#blocked.has(name)) return;
    const kept = { held, endsAt: this.#clock.monotonic() + forMs, isWritten: false };
    this.#blocked.set(name, kept);
    this.#state.tell(async (store, now) => {
      await store.set(blockKey(held), JSON.stringify(held), forMs, now);
      kept.isWritten = true;
    });
  }

  /** One who is put off and not blocked: for those who look. */
  note(held: HeldBack): void {
    const key = `${prefix}slow/${nameOf(held)}/${held.limit}`;
    const now = this.#clock.monotonic();
    if ((this.#noted.get(key) ?? 0) > now) return;
    this.#noted.set(key, now + noteEveryMs);
    const forMs = Math.max(10_000, held.until - this.#clock.now());
    this.#state.tell((store, at) => store.set(key, JSON.stringify(held), forMs, at));
  }

  /** Reads anew who is blocked. */
  async look(): Promise<void> {
    const before = this.#blocked;
    const listed = await this.#state.ask(store => listAll(store, `${prefix}block/`, this.#clock.now()));
    const now = this.#clock.monotonic();
    const next: typeof before = new Map();
    for (const [name, one] of this.#blocked)
      // Without the store they stay, and so do those it has not heard of yet, or heard of since it was asked.
      if (one.endsAt > now && (!listed || !one.isWritten || !before.has(name))) next.set(name, one);
    for (const { held, leftMs } of listed ?? []) {
      const known = this.#blocked.get(nameOf(held));
      next.set(nameOf(held), { held, endsAt: Math.min(known?.endsAt ?? Infinity, now + leftMs), isWritten: true });
    }
    for (const [name, { held, endsAt }] of this.#blocked) if (endsAt > now && !next.has(name)) this.#onReleased(held);
    this.#blocked = next;
    if (!this.#isClosed) this.#timer = this.#clock.after(lookEveryMs, () => void this.look());
  }
}

/** All who are held back, the blocked ones first; for a command. */
export async function listHeldBack(store: StateStore, now: number): Promise<readonly HeldBack[]> {
  const kinds = await Promise.all(['block/', 'slow/'].map(kind => listAll(store, prefix + kind, now)));
  return kinds.flatMap(kind => kind.map(({ held, leftMs }) => ({ ...held, until: now + leftMs })));
}

/** Lets go of all that is held of a key, and of what was counted to block it; how many there were. */
export async function releaseHeldBack(store: StateStore, value: string, now: number): Promise<readonly HeldBack[]> {
  const meant = (await listHeldBack(store, now)).filter(held => held.value === value);
  for (const held of meant) {
    await store.remove(held.isBlocked ? blockKey(held) : `${prefix}slow/${nameOf(held)}/${held.limit}`, now);
    for (const counted of ['unknown', 'known', 'errors', 'harvest'])
      await store.remove(`throttle/${counted}/${nameOf(held)}`, now);
    await store.remove(`throttle/pool/${held.limit}/${nameOf(held)}`, now);
  }
  return meant;
}

function blockKey(held: Key): string {
  return `${prefix}block/${nameOf(held)}`;
}

async function listAll(
  store: StateStore,
  from: string,
  now: number,
): Promise<readonly { readonly held: HeldBack; readonly leftMs: number }[]> {
  const all: { readonly held: HeldBack; readonly leftMs: number }[] = [];
  for await (const entry of storedUnder(store, from, now)) {
    const held = read(entry);
    if (held) all.push({ held, leftMs: entry.expiresAt - now });
    if (all.length >= blockedAtMost) break;
  }
  return all;
}

function read({ value }: StateEntry): HeldBack | undefined {
  const read: unknown = JSON.parse(value);
  return isHeldBack(read) ? read : undefined;
}

function isHeldBack(value: unknown): value is HeldBack {
  return (
    typeof value === 'object' &&
    value !== null &&
    'scope' in value &&
    scopes.some((scope: Scope) => scope === value.scope) &&
    'value' in value &&
    typeof value.value === 'string' &&
    'limit' in value &&
    'since' in value &&
    'until' in value
  );
}
