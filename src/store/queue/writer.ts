// SPDX-License-Identifier: Apache-2.0
/**
 * Writer — group commit: everything that waits is written with one call and synced with one more; a batch closes when the sync before it returns.
 * After any error the whole batch is refused and its segment given up; the next batch begins with a new segment, whose opening says so durably.
 * Notes of a refused batch are kept and written before anything else; puts are void for ever.
 */
import { Fault, describeFault } from '../../core/faults.ts';
import type { Log } from '../../core/log.ts';
import { storeFault, writeAll } from '../files.ts';
import type { Files } from '../files.ts';
import { blobLimitBytes, encodeInto, encodeRecord, jsonLimitBytes, recordBytes, recordParts } from './record.ts';
import type { RecordKind, RecordParts } from './record.ts';
import type { Segment } from './segment.ts';
import type { Shelf } from './shelf.ts';

export interface Written {
  readonly segment: Segment;
  readonly at: number;
  readonly recordBytes: number;
}

interface Job {
  readonly parts: RecordParts;
  readonly bytes: number;
  readonly onWritten: ((written: Written) => void) | undefined;
  readonly resolve: () => void;
  readonly reject: (fault: Fault) => void;
}

/** A batch is closed at this size, so that the first of it does not wait for a hundred big ones. */
const batchLimitBytes = 8 * 1_048_576;
/** A batch up to this size is put together here before it is written: five buffers a message cost more than to copy it. */
const roomBytes = 262_144;

export class Writer {
  readonly #files: Files;
  readonly #shelf: Shelf;
  readonly #log: Log;
  readonly #segmentBytes: number;
  #waiting: Job[] = [];
  #owed: Job[] = [];
  #running: Promise<void> | undefined;
  /** Used by one write at a time. */
  #room: Buffer | undefined;

  constructor(parts: { readonly files: Files; readonly log: Log }, shelf: Shelf, segmentBytes: number) {
    this.#files = parts.files;
    this.#log = parts.log;
    this.#shelf = shelf;
    this.#segmentBytes = segmentBytes;
  }

  /**
   * Resolves when the record is durable; `onWritten` is called just before, in the same breath, so that the segment knows what is in it before it can be retired.
   * Records become durable in the order of calls.
   */
  append(
    kind: RecordKind,
    value: object,
    blobs: readonly Buffer[] = [],
    onWritten?: (written: Written) => void,
  ): Promise<void> {
    const parts = recordParts(kind, value, blobs);
    const bytes = recordBytes(parts);
    return new Promise((resolve, reject) => {
      if (parts.jsonBytes > jsonLimitBytes || parts.blobBytes > blobLimitBytes) {
        reject(new Fault('bad-input', { detail: `a ${kind} record of ${bytes} bytes` }));
        return;
      }
      this.#waiting.push({ parts, bytes, onWritten, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Writes what is owed and waits until nothing is under way; rejects if the disk still refuses. */
  async flush(): Promise<void> {
    while (this.#running) await this.#running;
    if (this.#owed.length === 0) return;
    const fault = await this.#write([]);
    if (fault) throw fault;
  }

  async #run(): Promise<void> {
    // Once round the event loop: all that the sockets brought in this turn goes into the first batch too.
    await new Promise(resolve => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#write(this.#nextBatch());
    this.#running = undefined;
  }

  #nextBatch(): readonly Job[] {
    let bytes = 0;
    const end = this.#waiting.findIndex(job => (bytes += job.bytes) > batchLimitBytes);
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : Math.max(1, end));
  }

  async #write(fresh: readonly Job[]): Promise<Fault | undefined> {
    const batch = [...this.#owed, ...fresh];
    try {
      const bytes = batch.reduce((sum, job) => sum + job.bytes, 0);
      const segment = this.#fitting(bytes) ?? (await this.#shelf.openNext());
      await this.#writeTo(segment, this.#encode(batch, bytes, segment.salt));
      this.#owed = [];
      for (const job of batch) {
        const at = segment.sizeBytes;
        segment.sizeBytes += job.bytes;
        job.onWritten?.({ segment, at, recordBytes: job.bytes });
        job.resolve();
      }
      return undefined;
    } catch (cause) {
      const fault = storeFault(cause, 'queue');
      // Their makers were or are told that they are not durable; to be told twice does no harm.
      this.#owed = batch.filter(job => job.parts.kind === 'note');
      for (const job of batch) job.reject(fault);
      this.#log.error('queue cannot be written', {
        reason: describeFault(fault),
        refused: batch.length - this.#owed.length,
        owed: this.#owed.length,
      });
      return fault;
    }
  }

  #fitting(bytes: number): Segment | undefined {
    const current = this.#shelf.current;
    return current && (current.sizeBytes === current.startBytes || current.sizeBytes + bytes <= this.#segmentBytes)
      ? current
      : undefined;
  }

  #encode(batch: readonly Job[], bytes: number, salt: number): readonly Buffer[] {
    if (bytes > roomBytes) return batch.flatMap(({ parts }) => encodeRecord(parts, salt));
    const room = (this.#room ??= Buffer.allocUnsafeSlow(roomBytes));
    let end = 0;
    for (const { parts } of batch) end = encodeInto(room, end, parts, salt);
    return [room.subarray(0, end)];
  }

  async #writeTo(segment: Segment, buffers: readonly Buffer[]): Promise<void> {
    try {
      await writeAll(this.#files, segment.fd, buffers, segment.sizeBytes);
      await this.#files.sync(segment.fd);
    } catch (error) {
      await this.#shelf.giveUpCurrent();
      // At once, and before anybody hears of the failure: what was answered 451 must not be delivered if we are killed next.
      // If this fails too, nothing is acknowledged until the next batch has managed it.
      await this.#shelf
        .openNext()
        .catch((again: unknown) =>
          this.#log.error('queue cannot begin a new segment', { reason: describeFault(again) }),
        );
      throw error;
    }
  }
}
