// SPDX-License-Identifier: Apache-2.0
/**
 * Intake — reads arriving mail as reports, where it came to an address for them: after the mail was taken, one after another, on a thread of its own.
 * Only from an author whom DMARC proves. What becomes of each stands in the record of the attempt and in `sekisho dmarc report`; troubles never reach the mail.
 */
import { formatAddress, type Address } from '../../core/address.ts';
import type { Clock } from '../../core/clock.ts';
import { describeFault, Fault } from '../../core/faults.ts';
import type { Log } from '../../core/log.ts';
import type { StateStore } from '../../store/state/contract.ts';
import type { MimeMessage } from '../../wire/mime/types.ts';
import type { DmarcMeasured } from '../facts/dmarc.ts';
import { keepAll, notProven } from './ingest.ts';
import type { OwnReportAddresses, ReportedOn } from './own-addresses.ts';
import { mayHoldReport, type Read } from './read.ts';
import { keepRefused } from './refused.ts';

export interface IntakeParts {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly addresses: Pick<OwnReportAddresses, 'takes'>;
  readonly read: (bytes: Uint8Array, clock: Clock, signal: AbortSignal) => Promise<readonly Read[]>;
}

/** A message that is about to be taken. */
export interface Arriving {
  readonly attemptId: string;
  readonly recipients: readonly Address[];
  /** The values of facts, as far as they were measured. */
  readonly mime: unknown;
  readonly dmarc: unknown;
  readonly bytes: Buffer;
  readonly isWhole: boolean;
  readonly stream: () => AsyncIterable<Buffer>;
  readonly note: (kind: string, fields: Readonly<Record<string, unknown>>) => void;
}

const waitingAtMost = 32;
const waitingBytesAtMost = 67_108_864;
/** A report that unpacks to ten megabytes may come as base64 of as much. */
const messageAtMost = 16_777_216;
const perAuthorAtMost = 300;
const dayMs = 86_400_000;

interface Waiting extends Pick<Arriving, 'attemptId' | 'recipients' | 'dmarc' | 'note'> {
  readonly bytes: Buffer | 'too-large';
}

export class ReportIntake {
  readonly #parts: IntakeParts;
  readonly #closing = new AbortController();
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;
  #waitingBytes = 0;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** What is to be done once the message was taken; undefined where it is nothing like a report. Never throws. */
  async prepare(arriving: Arriving): Promise<(() => void) | undefined> {
    const { attemptId, recipients, dmarc, note, mime } = arriving;
    if (!isMime(mime) || !mayHoldReport(mime)) return undefined;
    const bytes = arriving.isWhole ? arriving.bytes : await this.#whole(arriving);
    return () => this.#add({ attemptId, recipients, dmarc, note, bytes });
  }

  /** Gives up what is under way, and resolves when nothing is: a report that was not read comes again with its file (`sekisho dmarc ingest`). */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#work;
  }

  /** Resolves when all that came so far was read. */
  settled(): Promise<void> {
    return this.#work;
  }

  async #whole({ recipients, stream }: Arriving): Promise<Buffer | 'too-large'> {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    try {
      // A stranger's large files are not read twice for nothing.
      if (!(await this.#takenBy(recipients))) return 'too-large';
      for await (const chunk of stream()) {
        sizeBytes += chunk.length;
        if (sizeBytes > messageAtMost) return 'too-large';
        chunks.push(Buffer.from(chunk));
      }
    } catch (error) {
      this.#parts.log.warn('report not read', { reason: describeFault(error) });
      return 'too-large';
    }
    return Buffer.concat(chunks);
  }

  #add(waiting: Waiting): void {
    const sizeBytes = waiting.bytes.length;
    if (this.#closing.signal.aborted) return;
    if (this.#waiting >= waitingAtMost || this.#waitingBytes + sizeBytes > waitingBytesAtMost) {
      this.#parts.log.warn('report not read', { id: waiting.attemptId, reason: 'too many wait' });
      waiting.note('report-refused', { reason: 'too many reports wait to be read' });
      return;
    }
    this.#waiting++;
    this.#waitingBytes += sizeBytes;
    this.#work = this.#work
      .then(() => this.#take(waiting))
      .catch((error: unknown) =>
        this.#parts.log.warn('report not read', { id: waiting.attemptId, reason: describeFault(error) }),
      )
      .finally(() => {
        this.#waiting--;
        this.#waitingBytes -= sizeBytes;
      });
  }

  async #take(waiting: Waiting): Promise<void> {
    const { state, clock, log } = this.#parts;
    const { attemptId, recipients, dmarc, note } = waiting;
    const taken = await this.#takenBy(recipients);
    if (!taken || this.#closing.signal.aborted) return;
    const from = authorOf(dmarc) ?? '';
    try {
      for (const { report, isNew } of await this.#read(waiting, from, taken.on)) {
        const { kind, reporter, domain, day } = report;
        note(isNew ? 'report-taken' : 'report-known', { report: kind, reporter: reporter.slice(0, 100), domain, day });
        log.info('report taken in', { id: attemptId, report: kind, from, domain, day, isNew });
      }
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'bad-input') throw error;
      const reason = error.detail.slice(0, 200);
      note('report-refused', { reason });
      log.info('report not taken in', { id: attemptId, from, reason });
      await keepRefused(state, { attemptId, from, to: formatAddress(taken.address), reason }, clock.now());
    }
  }

  async #read({ bytes, dmarc }: Waiting, from: string, on: ReportedOn) {
    const { state, clock, read } = this.#parts;
    if (!isProven(dmarc)) throw notProven();
    if (bytes === 'too-large') throw new Fault('bad-input', { detail: 'it is too large' });
    const now = clock.now();
    if ((await state.count(`reports/from/${from}`, 1, dayMs, now)) > perAuthorAtMost)
      throw new Fault('bad-input', { detail: `${from} has sent more than ${perAuthorAtMost} reports today` });
    const reads = await read(bytes, clock, this.#closing.signal);
    const stray = on === 'any' ? undefined : reads.find(({ report }) => !on.has(report.domain));
    if (stray) throw new Fault('bad-input', { detail: `it is about ${stray.report.domain}, which asks for none here` });
    return keepAll(reads, state, now);
  }

  async #takenBy(recipients: readonly Address[]): Promise<{ address: Address; on: ReportedOn } | undefined> {
    for (const address of recipients) {
      const on = await this.#parts.addresses.takes(address);
      if (on) return { address, on };
    }
    return undefined;
  }
}

function isProven(dmarc: unknown): boolean {
  return isDmarc(dmarc) && dmarc.kind === 'one' && dmarc.result.result === 'pass' && dmarc.isOpen !== true;
}

function authorOf(dmarc: unknown): string | undefined {
  return isDmarc(dmarc) && dmarc.kind === 'one' ? dmarc.result.domain : undefined;
}

/** True of these: nothing else is measured under those names. */
function isDmarc(value: unknown): value is DmarcMeasured {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

function isMime(value: unknown): value is MimeMessage {
  return typeof value === 'object' && value !== null && 'headers' in value && 'root' in value;
}
