// SPDX-License-Identifier: Apache-2.0
/**
 * Memory — one process's knowledge of who is familiar: read whole at the start and each hour, and followed by its changes each second.
 * It is asked without a wait, and goes on knowing what it knew while the state store is gone. Never throws once it was loaded.
 */
import type { Clock, Timer } from '../../core/clock.ts';
import { describeFault } from '../../core/faults.ts';
import type { Log } from '../../core/log.ts';
import type { Random } from '../../core/random.ts';
import { storedUnder, type StateStore } from '../../store/state/contract.ts';
import type { FamiliarNetworks, SenderMarks } from '../ports.ts';
import { Changes } from './changes.ts';
import { entryKey, entryPrefix, networksOf, parseEntry, type FamiliarEntry } from './entry.ts';
import { FamiliarSet } from './familiar-set.ts';
import { badMarks } from './marks.ts';

export interface MemoryParts {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

const followEveryMs = 1_000;
const readAllEveryMs = 3_600_000;

export class FamiliarMemory implements FamiliarNetworks, SenderMarks {
  readonly #parts: MemoryParts;
  readonly changes: Changes;
  #set: FamiliarSet;
  #timer: Timer | undefined;
  #isClosed = false;
  #isInTrouble = false;
  /** On the monotonic clock. */
  #readAllAt = 0;

  constructor(parts: MemoryParts) {
    this.#parts = parts;
    this.changes = new Changes(parts.state, parts.random);
    this.#set = this.#newSet();
  }

  knows(ip: string): boolean {
    return this.#set.knows(ip);
  }

  knowsIdentity(identity: string): boolean {
    return this.#set.knowsIdentity(identity);
  }

  marksOf(identity: string, now: number): number {
    return this.#set.marksOf(identity, now);
  }

  get size(): FamiliarSet['size'] {
    return this.#set.size;
  }

  /** Reads all; rejects where the store does. */
  async load(): Promise<void> {
    const { state, clock } = this.#parts;
    const now = clock.now();
    // What changes while all is read is read again.
    this.changes.rewind();
    await this.changes.read(now);
    const set = this.#newSet();
    for await (const { key, value } of storedUnder(state, entryPrefix, now)) {
      const entry = parseEntry(value);
      if (entry) keep(set, key.slice(entryPrefix.length), entry);
    }
    this.#set = set;
    this.#readAllAt = clock.monotonic();
  }

  /** Loads, and follows from then on. */
  async start(): Promise<void> {
    await this.load();
    this.#again();
  }

  /** Knows all that has changed when it resolves. */
  async follow(): Promise<void> {
    const { state, clock } = this.#parts;
    for (const identity of await this.changes.read(clock.now())) {
      const entry = parseEntry(await state.get(entryKey(identity), clock.now()));
      if (entry) keep(this.#set, identity, entry);
      else this.#set.remove(identity);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #again(): void {
    if (this.#isClosed) return;
    this.#timer = this.#parts.clock.after(followEveryMs, () => void this.#look().then(() => this.#again()));
  }

  async #look(): Promise<void> {
    const isDue = this.#parts.clock.monotonic() - this.#readAllAt >= readAllEveryMs;
    try {
      await (isDue ? this.load() : this.follow());
      this.#isInTrouble = false;
    } catch (error) {
      if (!this.#isInTrouble)
        this.#parts.log.error('who is familiar is not followed', { reason: describeFault(error) });
      this.#isInTrouble = true;
      // A change that was read may be lost.
      this.#readAllAt = -Infinity;
    }
  }

  #newSet(): FamiliarSet {
    return new FamiliarSet(this.#parts.random.bytes(16));
  }
}

function keep(set: FamiliarSet, identity: string, entry: FamiliarEntry): void {
  if (entry.isFamiliar) set.put(identity, networksOf(entry));
  else set.remove(identity);
  const marks = badMarks(entry);
  if (marks) set.mark(identity, marks);
}
