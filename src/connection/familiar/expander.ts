// SPDX-License-Identifier: Apache-2.0
/**
 * Expander — finds the networks of familiar domains from their SPF records, when they become familiar and whenever the records may have changed.
 * While the name service is silent the networks stay as they were. Rejects where the state store does.
 */
import type { Clock } from '../../core/clock.ts';
import { storedUnder, type StateStore } from '../../store/state/contract.ts';
import type { NetworksOfDomain } from '../ports.ts';
import { within } from './budget.ts';
import type { Changes } from './changes.ts';
import { entryKey, entryPrefix, formatEntry, lifeMs, parseEntry, type FamiliarEntry } from './entry.ts';
import type { FamiliarOptions } from './options.ts';

export interface ExpanderParts {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly changes: Changes;
  readonly networksOf: NetworksOfDomain;
  readonly options: () => FamiliarOptions;
}

const leastMs = 3_600_000;
const mostMs = 86_400_000;
const triesAtMost = 5;
const runningAtMost = 32;
/** In one look; those left are found by the next. */
const refreshedAtMost = 2_000;

export class Expander {
  readonly #parts: ExpanderParts;

  readonly #giveUp = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(parts: ExpanderParts) {
    this.#parts = parts;
  }

  /** Begins, and nobody waits for it; where too many are under way, the next look at the records does it. */
  begin(identity: string, onTrouble: (error: unknown) => void): void {
    if (this.#running.size >= runningAtMost || this.#giveUp.signal.aborted) return;
    const running = this.expand(identity).catch(onTrouble);
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
  }

  /** Resolves when nothing is under way. */
  async settle(): Promise<void> {
    await Promise.all(this.#running);
  }

  async close(): Promise<void> {
    this.#giveUp.abort();
    await this.settle();
  }

  /** Does nothing where the identity is not familiar (any more), or has no domain. */
  async expand(identity: string): Promise<void> {
    const { state, clock, changes } = this.#parts;
    const key = entryKey(identity);
    for (let i = 0; i < triesAtMost; i++) {
      const text = await state.get(key, clock.now());
      const entry = parseEntry(text);
      if (!entry?.isFamiliar || entry.domains.length === 0) return;
      const next = await this.#expanded(entry);
      const now = clock.now();
      if (!(await state.swap(key, text, formatEntry(next), lifeMs(next, this.#parts.options().keep, now), now)))
        continue;
      if (next.networks.join() !== entry.networks.join()) await changes.append(identity, now);
      return;
    }
  }

  /** Those whose records may have changed; how many there were. */
  async refresh(): Promise<number> {
    const { state, clock } = this.#parts;
    let count = 0;
    const now = clock.now();
    for await (const { key, value } of storedUnder(state, entryPrefix, now)) {
      if (this.#giveUp.signal.aborted) break;
      const entry = parseEntry(value);
      const due = entry?.isFamiliar ? entry.refreshAt : undefined;
      // An instant further off than ever set is from a clock that was set back.
      if (due === undefined || (due > now && due <= now + mostMs)) continue;
      await this.expand(key.slice(entryPrefix.length));
      if (++count >= refreshedAtMost) break;
    }
    return count;
  }

  async #expanded(entry: FamiliarEntry): Promise<FamiliarEntry> {
    const { networksOf, clock } = this.#parts;
    const found = await Promise.all(entry.domains.map(domain => networksOf(domain, this.#giveUp.signal)));
    const refreshIn = (ms: number): number => clock.now() + Math.min(mostMs, Math.max(leastMs, ms));
    if (found.some(({ kind }) => kind === 'unavailable')) return { ...entry, refreshAt: refreshIn(leastMs) };
    const networks = found.flatMap(one => (one.kind === 'found' ? one.networks : []));
    const ttl = Math.min(...found.map(one => (one.kind === 'found' ? one.ttlSeconds : Infinity)));
    return {
      ...entry,
      networks: within(networks, entry.isAdded ? Infinity : entry.wanted),
      refreshAt: refreshIn(ttl * 1_000),
    };
  }
}
