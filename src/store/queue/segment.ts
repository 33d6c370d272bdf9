// SPDX-License-Identifier: Apache-2.0
/**
 * Segment — one file of the log: a head with version and salt, an opening record, then records in the order they became durable.
 * Written once from front to end; after an error it is not written again, and what lies beyond `sizeBytes` counts as nothing (`cutAt`).
 */
import { Fault } from '../../core/faults.ts';
import { readUpTo, storeFault } from '../files.ts';
import type { Files } from '../files.ts';
import { isIntact } from './record.ts';
import type { BodyFile } from './stored-entry.ts';

export const segmentHeadBytes = 16;
const mark = Buffer.from('SKQUEUE\n', 'latin1');
const version = 1;

/** A record's place, and the message it is about; changes when the record is copied to a younger segment. */
export interface Place {
  readonly id: string;
  readonly sizeBytes: number;
  segment: Segment;
  at: number;
  recordBytes: number;
  readonly file?: BodyFile;
}

/** The opening record: what is known of older segments, so that nobody believes what was answered 451. */
export interface Opening {
  readonly cuts: readonly { readonly segment: number; readonly at: number }[];
}

export class Segment {
  readonly number: number;
  readonly path: string;
  readonly salt: number;
  /** Where the first record after the opening is. */
  readonly startBytes: number;
  /** Bytes that are durable and believed. */
  sizeBytes: number;
  /** Set once writing it failed: from here on it counts as not written. */
  cutAt: number | undefined;
  /** Something in it could not be read: it is put aside, not deleted, when it is done with. */
  isDamaged = false;
  /** The messages whose records are here and that are still waiting. */
  readonly live = new Set<Place>();
  liveBytes = 0;
  readonly #files: Files;
  readonly #fd: number;
  readonly #reads = new Set<Promise<unknown>>();

  constructor(files: Files, fd: number, path: string, number: number, salt: number, startBytes: number) {
    this.#files = files;
    this.#fd = fd;
    this.path = path;
    this.number = number;
    this.salt = salt;
    this.startBytes = startBytes;
    this.sizeBytes = startBytes;
  }

  get fd(): number {
    return this.#fd;
  }

  hold(place: Place): void {
    this.live.add(place);
    this.liveBytes += place.recordBytes;
  }

  free(place: Place): void {
    if (this.live.delete(place)) this.liveBytes -= place.recordBytes;
  }

  /** One whole record, checked. Throws Fault `store-broken` if it is not what was written. */
  async read(at: number, bytes: number): Promise<Buffer> {
    const record = Buffer.allocUnsafeSlow(bytes);
    const reading = readUpTo(this.#files, this.#fd, record, at);
    this.#reads.add(reading);
    try {
      const got = await reading;
      if (got === bytes && isIntact(record, this.salt)) return record;
    } catch (cause) {
      throw storeFault(cause, `read ${this.path}`);
    } finally {
      this.#reads.delete(reading);
    }
    throw new Fault('store-broken', { detail: `record at byte ${at} of ${this.path} is damaged` });
  }

  /** After the reads under way: a descriptor closed under a read may be another file's by then. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#reads);
    await this.#files.close(this.#fd);
  }
}

export function segmentName(number: number): string {
  return `${String(number).padStart(8, '0')}.log`;
}

/** The number of a segment's file, also of one put aside; undefined for other files. */
export function segmentNumber(name: string): number | undefined {
  const match = /^(\d{8,15})\.(log|damaged)$/.exec(name);
  return match ? Number(match[1]) : undefined;
}

export function encodeSegmentHead(salt: number): Buffer {
  const head = Buffer.alloc(segmentHeadBytes);
  mark.copy(head);
  head.writeUInt32LE(version, 8);
  head.writeUInt32LE(salt, 12);
  return head;
}

/** The salt; undefined if this is no segment's head. Throws Fault `store-newer` for one of a later version. */
export function decodeSegmentHead(head: Buffer, path: string): number | undefined {
  if (head.length < segmentHeadBytes || !head.subarray(0, mark.length).equals(mark)) return undefined;
  const written = head.readUInt32LE(8);
  if (written > version) {
    throw new Fault('store-newer', { detail: `${path} has version ${written}, this program knows ${version}` });
  }
  return head.readUInt32LE(12);
}
