// SPDX-License-Identifier: Apache-2.0
/**
 * Own list — what strangers have done here, kept in the state store that all processes share, and who is listed for it. What comes in a second is written
 * together; a store in trouble loses evidence and never mail. Familiar clients, ours, and addresses from inside are neither noted nor listed.
 */
import type { Clock, Timer } from '../../core/clock.ts';
import { formatIp, isInside, neighbourhood, parseIp } from '../../core/ip.ts';
import type { Log } from '../../core/log.ts';
import { describeFault } from '../../core/faults.ts';
import { evidenceKinds, type OwnList, type OwnListEntry } from '../../core/own-list.ts';
import { storedUnder, type StateStore } from '../../store/state/contract.ts';
import { added, entryOf, formatEvidence, lifeMs, parseEvidence, type EvidenceRules, type News } from './evidence.ts';

export interface KeptOwnListParts {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Whose wanted mail has come here before. */
  readonly isFamiliar: (ip: string) => boolean;
  readonly rules: () => EvidenceRules;
}

const prefix = 'caught/';
const writeMs = 1_000;
/** A flood from more addresses than this in a second is not a list's business. */
const waitingAtMost = 10_000;
const swapsAtMost = 5;

export class KeptOwnList implements OwnList {
  readonly #parts: KeptOwnListParts;
  readonly #waiting = new Map<string, Record<string, number>>();
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: KeptOwnListParts) {
    this.#parts = parts;
  }

  note(ip: string, news: News): void {
    const key = keyOf(ip);
    if (key === undefined || isInside(ip) || this.#parts.isFamiliar(ip)) return;
    const before = this.#waiting.get(key);
    if (!before && this.#waiting.size >= waitingAtMost) return;
    const sum = { ...before };
    for (const [kind, count] of Object.entries(news)) sum[kind] = (sum[kind] ?? 0) + count;
    this.#waiting.set(key, sum);
    this.#timer ??= this.#parts.clock.after(writeMs, () => void this.flush());
  }

  /** Writes what waits; resolves when it is in the store. */
  flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    this.#writing = this.#writing.then(async () => {
      for (const [key, news] of waiting) await this.#write(key, news);
    });
    return this.#writing;
  }

  async find(ip: string): Promise<OwnListEntry | undefined> {
    const { state, clock, rules, isFamiliar } = this.#parts;
    const key = keyOf(ip);
    if (key === undefined || isInside(ip) || isFamiliar(ip)) return undefined;
    const now = clock.now();
    const evidence = parseEvidence(await state.get(prefix + key, now));
    return evidence && isEvil(evidence.counts) ? entryOf(key, evidence, now, rules()) : undefined;
  }

  async *entries(): AsyncIterable<OwnListEntry> {
    const { state, clock, rules, isFamiliar } = this.#parts;
    const now = clock.now();
    for await (const { key, value } of storedUnder(state, prefix, now)) {
      const evidence = parseEvidence(value);
      const name = key.slice(prefix.length);
      if (evidence && isEvil(evidence.counts) && !isFamiliar(name.replace(/\/64$/, '')))
        yield entryOf(name, evidence, now, rules());
    }
  }

  async remove(ip: string): Promise<boolean> {
    const { state, clock } = this.#parts;
    const key = keyOf(ip);
    if (key === undefined) return false;
    this.#waiting.delete(key);
    const had = await state.get(prefix + key, clock.now());
    await state.remove(prefix + key, clock.now());
    return had !== undefined;
  }

  async #write(key: string, news: News): Promise<void> {
    const { state, clock, log, rules } = this.#parts;
    try {
      for (let i = 0; i < swapsAtMost; i++) {
        const now = clock.now();
        const text = await state.get(prefix + key, now);
        const before = parseEvidence(text);
        // Of whom nothing bad is known, nothing good need be.
        if (!before && Object.keys(news).every(kind => kind === 'wanted')) return;
        const next = added(before, news, now, rules());
        if (await state.swap(prefix + key, text, formatEvidence(next), lifeMs(next, rules()), now)) return;
      }
    } catch (error) {
      log.warn('evidence for the own list lost', { reason: describeFault(error) });
    }
  }
}

/** An IPv4 address itself; of IPv6 the /64 that one customer has. */
export function keyOf(ip: string): string | undefined {
  const bytes = parseIp(ip.replace(/\/64$/, ''));
  if (!bytes) return undefined;
  return bytes.length === 4 ? formatIp(bytes) : neighbourhood(formatIp(bytes));
}

function isEvil(counts: OwnListEntry['counts']): boolean {
  return evidenceKinds.some(kind => counts[kind] > 0);
}
