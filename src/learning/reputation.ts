// SPDX-License-Identifier: Apache-2.0
/**
 * Reputation — what people said of the mail of each proven identity, counted by day from the learning log. Whole numbers only: what is taken
 * back leaves the same bytes as if it had never been said, in whatever order. What programs decided by themselves never counts.
 * The book reads only the entries that name such identities, by an index of their own.
 */
import { createHash } from 'node:crypto';
import { isRevocation, type LearningStore, type TrainingEntry } from '../store/learning/contract.ts';
import { betaQuantile } from './beta.ts';

export interface Reputation {
  readonly identity: string;
  /** Messages that people called wanted and unwanted, as they weigh today: half as much after 30 days. */
  readonly wanted: number;
  readonly unwanted: number;
  /** The share of wanted mail lies above the first with 90 %, and below the second with 90 %. */
  readonly lower: number;
  readonly upper: number;
}

const dayMs = 86_400_000;
const halfLifeDays = 30;
const pageEntries = 1_000;
type Day = { wanted: number; unwanted: number };
type Head = Pick<TrainingEntry, 'n' | 'at' | 'label' | 'source' | 'proven'>;

export class ReputationBook {
  readonly #store: LearningStore;
  readonly #days = new Map<string, Map<number, Day>>();
  /** One bit for each entry that was counted: only such are taken back. */
  #counted = new Uint8Array(1_024);
  #position = 0;

  constructor(store: LearningStore) {
    this.#store = store;
  }

  /** Knows all that is in the log now when it resolves. One call at a time. */
  async catchUp(): Promise<void> {
    for (;;) {
      const entries = await this.#store.readProven(this.#position + 1, pageEntries);
      if (entries.length === 0) return;
      for (const entry of entries) {
        if (!isRevocation(entry)) {
          if (entry.revokedBy === undefined) this.#count(entry);
        } else await this.#takeBack(entry.n, entry.first);
        this.#position = entry.n;
      }
    }
  }

  /** Nothing is known of an identity of which nobody spoke: then wanted and unwanted are 0. */
  of(identity: string, now: number): Reputation {
    const days = this.#days.get(identity);
    // What nobody spoke of is asked for with every message.
    if (!days) return { identity, wanted: 0, unwanted: 0, lower: 0.1, upper: 0.9 };
    let [wanted, unwanted] = [0, 0];
    for (const [day, counts] of days) {
      const share = 2 ** (-Math.max(0, now / dayMs - day - 0.5) / halfLifeDays);
      wanted += counts.wanted * share;
      unwanted += counts.unwanted * share;
    }
    const [a, b] = [1 + wanted, 1 + unwanted];
    return { identity, wanted, unwanted, lower: betaQuantile(0.1, a, b), upper: betaQuantile(0.9, a, b) };
  }

  /** SHA-256 of all that is counted. */
  digest(): string {
    const lines = [...this.#days].flatMap(([identity, days]) =>
      [...days].map(([day, { wanted, unwanted }]) => `${identity}\t${day}\t${wanted}\t${unwanted}`),
    );
    return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
  }

  /** What a revocation undid may have been read before it was undone, and marked or not. */
  async #takeBack(revocation: number, first: number): Promise<void> {
    for (let next = first; next < revocation;) {
      const entries = await this.#store.readProven(next, pageEntries);
      for (const entry of entries) {
        const isMeant = entry.n < revocation && !isRevocation(entry) && entry.revokedBy === revocation;
        if (isMeant && this.#isCounted(entry.n)) this.#add(entry, -1);
      }
      next = (entries.at(-1)?.n ?? revocation) + 1;
    }
  }

  #count(entry: Head): void {
    if (entry.source !== 'automatic' && entry.proven) this.#add(entry, 1);
  }

  #add({ n, at, label, proven = [] }: Head, by: 1 | -1): void {
    const day = Math.floor(at / dayMs);
    for (const identity of new Set(proven)) {
      const days = this.#days.get(identity) ?? new Map<number, Day>();
      const counts = days.get(day) ?? { wanted: 0, unwanted: 0 };
      counts[label === 'ham' ? 'wanted' : 'unwanted'] += by;
      days.set(day, counts);
      if (counts.wanted === 0 && counts.unwanted === 0) days.delete(day);
      if (days.size === 0) this.#days.delete(identity);
      else this.#days.set(identity, days);
    }
    this.#mark(n);
  }

  #isCounted(n: number): boolean {
    return ((this.#counted[n >> 3] ?? 0) & (1 << (n & 7))) !== 0;
  }

  /** Counted, or if it was, no longer. */
  #mark(n: number): void {
    const at = n >> 3;
    if (at >= this.#counted.length) {
      const larger = new Uint8Array(Math.max(at + 1, this.#counted.length * 2));
      larger.set(this.#counted);
      this.#counted = larger;
    }
    this.#counted[at] = this.#counted[at]! ^ (1 << (n & 7));
  }
}
