// SPDX-License-Identifier: Apache-2.0
/**
 * Quality watch — measures the live quality every hour for the metrics, and says when misses have become twice as frequent: once, however many processes and
 * starts there are, and again while it lasts, a week later. One process does so for all, for at most a two-hundredth of the time.
 */
import type { Stores } from '../app.ts';
import type { Clock, Timer } from '../core/clock.ts';
import { describeFault } from '../core/faults.ts';
import type { Log } from '../core/log.ts';
import { systemRandom } from '../core/random.ts';
import type { Figures } from '../operation/metrics.ts';
import { qualityFigures } from '../operation/quality/figures.ts';
import { frameRules } from '../operation/quality/frame-rules.ts';
import { survey } from '../operation/quality/survey.ts';
import { utc } from '../operation/utc.ts';

export interface QualityWatchParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Who holds the lease: the process. */
  readonly holder: string;
  /** As the configuration says now: points from which mail is marked. */
  readonly markAt: () => number;
}

const firstAfterMs = 60_000;
const everyMs = 3_600_000;
const restFactor = 200;
const spanMs = 30 * 86_400_000;
const leaseMs = 3 * everyMs;
const toldAgainMs = 7 * 86_400_000;
const groups = { days: 0, domains: 10, symbols: 10 };

export class QualityWatch {
  readonly #stores: Pick<Stores, 'records' | 'directory' | 'state' | 'filter'>;
  readonly #parts: QualityWatchParts;
  #figures: readonly Figures[] = [];
  #timer: Timer | undefined;
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(stores: Pick<Stores, 'records' | 'directory' | 'state' | 'filter'>, parts: QualityWatchParts) {
    this.#stores = stores;
    this.#parts = parts;
    this.#after(firstAfterMs);
  }

  /** As of the last look; none of a process that does not look. */
  figures(): readonly Figures[] {
    return this.#figures;
  }

  /** Resolves when the look that is under way is done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#running;
  }

  #after(ms: number): void {
    if (this.#isClosed) return;
    const { clock, log } = this.#parts;
    this.#timer = clock.after(ms, () => {
      const startedAt = clock.monotonic();
      this.#running = this.#look()
        .catch((error: unknown) => log.error('live quality not measured', { reason: describeFault(error) }))
        .finally(() => this.#after(Math.max(everyMs, restFactor * (clock.monotonic() - startedAt))));
    });
  }

  async #look(): Promise<void> {
    const { clock, markAt, holder } = this.#parts;
    const { state, filter, records } = this.#stores;
    const now = clock.now();
    if (!(await state.lease('quality', holder, leaseMs, now))) {
      this.#figures = [];
      return;
    }
    const rules = await frameRules({ ...this.#stores, markAt: markAt() }, now);
    const log = (query: Parameters<typeof filter.log.list>[0]) => filter.log.list(query);
    const quality = await survey({ ...rules, records, log, random: systemRandom }, now - spanMs, now, groups);
    this.#figures = qualityFigures(quality);
    const [since] = quality.alarms ?? [];
    if (since !== undefined) await this.#tell(since, now);
  }

  async #tell(since: number, now: number): Promise<void> {
    const { log, holder } = this.#parts;
    const mine = `${holder} ${now}`;
    const first = await this.#stores.state.settle('misses doubled', mine, toldAgainMs, now);
    if (first === mine)
      log.error('misses have become about twice as frequent', { alarm: 'misses-doubled', sureSince: utc(since) });
  }
}
