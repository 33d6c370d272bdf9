// SPDX-License-Identifier: Apache-2.0
/**
 * Memory queue — a queue whose journal is an array: for tests and the test desk, with the same rules as the durable one.
 * What it holds lives as long as its `MemoryDisk`; a queue opened on the same disk finds it again, as after a restart.
 */
import type { Clock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import { judgedLimitBytes } from '../../core/message.ts';
import type { Message, WireNotes } from '../../core/message.ts';
import type { QueueEntryInput, QueueStore } from './contract.ts';
import { freshProgress } from './journal.ts';
import type { Arrival, Journal, Kept, Note, Recovered } from './journal.ts';
import { Queue } from './queue.ts';
import { Replay } from './replay.ts';
import type { PutRecord, WrittenNote } from './replay.ts';

interface MemoryPlace {
  readonly entry: QueueEntryInput;
  readonly bytes: Buffer;
}

/** What outlives the queue. */
export class MemoryDisk {
  readonly records: (PutRecord<MemoryPlace> | WrittenNote)[] = [];
}

/** Opens a queue in memory; `clock` gives the instant of the restart and of each note. */
export function openMemoryQueue(clock: Clock, disk = new MemoryDisk()): QueueStore {
  return new Queue(new MemoryJournal(clock, disk));
}

class MemoryArrival implements Arrival {
  readonly #chunks: Buffer[] = [];
  sizeBytes = 0;

  write(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.sizeBytes += chunk.length;
  }

  message(wire: WireNotes): Message {
    const bytes = this.bytes();
    return {
      sizeBytes: bytes.length,
      bytes: bytes.subarray(0, judgedLimitBytes),
      isWhole: bytes.length <= judgedLimitBytes,
      wire,
      async *stream() {
        yield bytes;
      },
    };
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  abandon(): void {
    this.#chunks.length = 0;
  }
}

class MemoryJournal implements Journal<MemoryPlace, MemoryArrival> {
  readonly #clock: Clock;
  readonly #disk: MemoryDisk;
  #isClosed = false;

  constructor(clock: Clock, disk: MemoryDisk) {
    this.#clock = clock;
    this.#disk = disk;
  }

  begin(): MemoryArrival {
    return new MemoryArrival();
  }

  async put(entry: QueueEntryInput, arrival: MemoryArrival): Promise<MemoryPlace> {
    this.#mustBeOpen();
    const place = { entry, bytes: arrival.bytes() };
    const { id, acceptedAt } = entry;
    const progress = freshProgress(entry);
    this.#disk.records.push({ id, acceptedAt, sizeBytes: place.bytes.length, place, progress, isHeld: false });
    return place;
  }

  async note(note: Note): Promise<void> {
    this.#mustBeOpen();
    this.#disk.records.push({ note, writtenAt: this.#clock.now() });
  }

  async load(place: MemoryPlace): Promise<Kept> {
    return this.loaded(place);
  }

  loaded(place: MemoryPlace): Kept {
    return {
      entry: place.entry,
      sizeBytes: place.bytes.length,
      async *stream() {
        yield place.bytes;
      },
    };
  }

  free(place: MemoryPlace): void {
    const records = this.#disk.records;
    const at = records.findIndex(record => 'place' in record && record.place === place);
    if (at >= 0) records.splice(at, 1);
  }

  recover(): readonly Recovered<MemoryPlace>[] {
    const replay = new Replay<MemoryPlace>(this.#clock.now());
    for (const record of this.#disk.records) {
      if ('note' in record) replay.note(record);
      else replay.put(record);
    }
    return replay.recovered();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw new Fault('store-unreachable', { detail: 'the queue is closed' });
  }
}
