// SPDX-License-Identifier: Apache-2.0
/**
 * Learner — counts whose mail was wanted and whose was not, and makes senders familiar by it. What is seen is gathered for a second and then written,
 * one change for each sender, so that no message waits for it; a crash loses that second. Its troubles are logged and never reach the mail.
 */
import type { Clock, Timer } from '../../core/clock.ts';
import type { Sighting } from '../../core/familiar.ts';
import { describeFault } from '../../core/faults.ts';
import type { Log } from '../../core/log.ts';
import type { StateStore } from '../../store/state/contract.ts';
import type { Changes } from './changes.ts';
import { entryKey, formatEntry, lifeMs, parseEntry } from './entry.ts';
import type { Expander } from './expander.ts';
import { badMarks } from './marks.ts';
import type { FamiliarOptions } from './options.ts';
import { added, nothingSeen, type Seen } from './tally.ts';

export interface LearnerParts {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly changes: Changes;
  readonly expander: Expander;
  /** Who holds the lease for reading records again: the process. */
  readonly holder: string;
  readonly options: () => FamiliarOptions;
}

const gatherMs = 1_000;
const refreshEveryMs = 600_000;
const gatheredAtMost = 20_000;
const atOnce = 32;
const triesAtMost = 5;

export class FamiliarLearner {
  readonly #parts: LearnerParts;
  #gathered = new Map<string, Seen>();
  #gathering: Timer | undefined;
  #refreshing: Timer | undefined;
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(parts: LearnerParts) {
    this.#parts = parts;
  }

  /** `sure`: a person says that it is wanted; `marked`: we took it for spam; `listed`: we took it for wanted, and a DNS list speaks against the client. Returns at once. */
  see(sightings: readonly Sighting[], what: 'wanted' | 'unwanted' | 'sure' | 'marked' | 'listed'): void {
    for (const { identity, domain, ip } of sightings) {
      const seen = this.#gathered.get(identity) ?? nothingSeen();
      if (this.#gathered.size >= gatheredAtMost && !this.#gathered.has(identity)) continue;
      this.#gathered.set(identity, seen);
      if (what === 'sure') seen.isSure = true;
      else seen[what]++;
      if (what === 'marked') continue;
      if (domain !== undefined && seen.domains.size < 8) seen.domains.add(domain);
      if (ip !== undefined && seen.ips.size < 32) seen.ips.add(ip);
    }
    if (sightings.length > 0 && !this.#isClosed)
      this.#gathering ??= this.#parts.clock.after(gatherMs, () => void this.flush());
  }

  /** Reads the records of familiar domains again from now on, where no other process does. */
  start(): void {
    if (this.#isClosed) return;
    this.#refreshing = this.#parts.clock.after(refreshEveryMs, () => {
      this.#work = this.#work.then(() => this.#refresh()).finally(() => this.start());
    });
  }

  /** Everything seen so far is written, and known to the store, when it resolves. */
  flush(): Promise<void> {
    this.#gathering?.cancel();
    this.#gathering = undefined;
    const gathered = [...this.#gathered];
    this.#gathered = new Map();
    this.#work = this.#work.then(() => this.#write(gathered));
    return this.#work;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#refreshing?.cancel();
    await this.#parts.expander.close();
    await this.flush();
  }

  async #write(gathered: readonly (readonly [string, Seen])[]): Promise<void> {
    for (let from = 0; from < gathered.length; from += atOnce)
      await Promise.all(
        gathered
          .slice(from, from + atOnce)
          .map(([identity, seen]) => this.#quietly(() => this.#writeOne(identity, seen))),
      );
  }

  async #refresh(): Promise<void> {
    const { state, clock, holder, expander } = this.#parts;
    await this.#quietly(async () => {
      if (await state.lease('familiar-refresh', holder, refreshEveryMs, clock.now())) await expander.refresh();
    });
  }

  async #writeOne(identity: string, seen: Seen): Promise<void> {
    const { state, clock, changes, expander, options } = this.#parts;
    const key = entryKey(identity);
    for (let i = 0; i < triesAtMost; i++) {
      const now = clock.now();
      const text = await state.get(key, now);
      const before = parseEntry(text);
      const next = added(before, seen, now, options());
      if (!(await state.swap(key, text, formatEntry(next), lifeMs(next, options().keep, now), now))) continue;
      const was = before?.isFamiliar === true;
      const isOrWasBad = badMarks(next) !== undefined || (before && badMarks(before)) !== undefined;
      const hasOtherNetworks = before?.networks.join() !== next.networks.join();
      if (next.isFamiliar !== was || (next.isFamiliar && hasOtherNetworks) || isOrWasBad)
        await changes.append(identity, now);
      const isToExpand = next.domains.length > 0 && (!was || next.refreshAt === now);
      if (next.isFamiliar && isToExpand) expander.begin(identity, error => this.#tell(error));
      return;
    }
  }

  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#tell(error);
    }
  }

  #tell(error: unknown): void {
    this.#parts.log.warn('who is familiar was not written down', { reason: describeFault(error) });
  }
}
