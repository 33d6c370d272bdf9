// SPDX-License-Identifier: Apache-2.0
/** Watch — what a serving process looks after by the clock: free disk, a wall clock that was moved, what is kept for how long. */
import { statfs } from 'node:fs/promises';
import type { Stores } from '../app.ts';
import type { Config } from '../config.ts';
import { formatAddress } from '../core/address.ts';
import type { Clock, Timer } from '../core/clock.ts';
import { describeFault } from '../core/faults.ts';
import type { Log } from '../core/log.ts';
import type { QueueStore } from '../store/queue/contract.ts';

export interface WatchParts {
  readonly stores: Pick<Stores, 'state' | 'records' | 'quarantine' | 'sent'>;
  readonly queues: readonly Pick<QueueStore, 'shift'>[];
  readonly clock: Clock;
  readonly log: Log;
  /** Who holds the lease for keeping: the process. */
  readonly holder: string;
  /** How much of the data folder's disk is free. */
  freePercent(): Promise<number>;
  config(): Pick<Config, 'server' | 'retention'>;
}

const lookEveryMs = 5_000;
const keepEveryMs = 600_000;
/** A wall clock that moved more than this against the monotonic one was set by somebody. */
const jumpMs = 2_000;

export class Watch {
  readonly #parts: WatchParts;
  #isDiskLow = false;
  #offset: number;
  #keptAt: number;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    const { clock } = parts;
    this.#offset = clock.now() - clock.monotonic();
    // The first keeping comes soon after the start, not at it.
    this.#keptAt = clock.monotonic() - keepEveryMs + 30_000;
  }

  get isDiskLow(): boolean {
    return this.#isDiskLow;
  }

  async start(): Promise<void> {
    await this.#look();
    this.#again();
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #again(): void {
    if (this.#isClosed) return;
    this.#timer = this.#parts.clock.after(lookEveryMs, () => {
      this.#look().then(
        () => this.#again(),
        (error: unknown) => {
          this.#parts.log.error('watch in trouble', { reason: describeFault(error) });
          this.#again();
        },
      );
    });
  }

  async #look(): Promise<void> {
    this.#noticeJump();
    await this.#lookAtDisk();
    const { clock } = this.#parts;
    if (clock.monotonic() - this.#keptAt < keepEveryMs) return;
    this.#keptAt = clock.monotonic();
    await this.#keep();
  }

  #noticeJump(): void {
    const { clock, log, queues } = this.#parts;
    const offset = clock.now() - clock.monotonic();
    const byMs = offset - this.#offset;
    this.#offset = offset;
    if (Math.abs(byMs) <= jumpMs) return;
    log.warn('wall clock was moved', { byMs: Math.round(byMs) });
    for (const queue of queues) queue.shift(byMs);
  }

  async #lookAtDisk(): Promise<void> {
    const { log } = this.#parts;
    const freePercent = await this.#parts.freePercent();
    const isLow = freePercent < this.#parts.config().server.minFreeDisk;
    if (isLow !== this.#isDiskLow)
      log[isLow ? 'error' : 'info'](isLow ? 'disk nearly full, no mail is taken' : 'disk has room again', {
        freePercent: Math.round(freePercent * 10) / 10,
      });
    this.#isDiskLow = isLow;
  }

  async #keep(): Promise<void> {
    const { stores, clock, log, holder } = this.#parts;
    const { retention } = this.#parts.config();
    const now = clock.now();
    if (!(await stores.state.lease('keeping', holder, keepEveryMs, now))) return;
    const records = await stores.records.trim(now - retention.records, retention.recordsSize);
    const quarantined = await stores.quarantine.trim(now - retention.quarantine, retention.quarantineSize);
    const sent = await stores.sent.trim(new Date(now - retention.sent).toISOString().slice(0, 10));
    await stores.state.tidy(now);
    for (const entry of quarantined)
      stores.records.append(entry.attemptId, [
        { at: now, kind: 'expired', recipient: formatAddress(entry.recipient), quarantineId: entry.id },
      ]);
    if (records + quarantined.length + sent > 0)
      log.info('old things removed', { records, quarantined: quarantined.length, sent });
  }
}

export async function freePercentOf(folder: string): Promise<number> {
  const { bavail, blocks } = await statfs(folder);
  return blocks > 0 ? (bavail / blocks) * 100 : 100;
}
