// SPDX-License-Identifier: Apache-2.0
/**
 * Cleaner — keeps the log near the size of what waits in it: retires segments that are done with, and when more than half is dead
 * copies what still waits in the oldest segment to the current one. Always the oldest: see shelf.ts for why the order matters.
 * A segment that could not be written is emptied too, while its pages are still in memory: a block the disk refused may have held the end of what was durable.
 * A message that cannot be read keeps its segment, and the younger ones, until it is settled or an operator removes it.
 */
import { Fault } from '../../core/faults.ts';
import type { FaultCode } from '../../core/faults.ts';
import type { Standing } from './journal.ts';
import { blobsOf, decodeHead, jsonOf } from './record.ts';
import type { Place, Segment } from './segment.ts';
import type { Shelf } from './shelf.ts';
import type { StoredEntry } from './stored-entry.ts';
import type { Writer } from './writer.ts';

/** Messages copied side by side: one sync for all of them. */
const copiedAtOnce = 32;

export class Cleaner {
  readonly #shelf: Shelf;
  readonly #writer: Writer;
  readonly #slackBytes: number;
  readonly #standing: (id: string) => Standing | undefined;
  /** Segments with a message that cannot be read: not tried again. */
  readonly #stuck = new WeakSet<Segment>();
  #running: Promise<void> | undefined;
  #isStopped = false;

  constructor(shelf: Shelf, writer: Writer, segmentBytes: number, standing: (id: string) => Standing | undefined) {
    this.#shelf = shelf;
    this.#writer = writer;
    this.#slackBytes = 2 * segmentBytes;
    this.#standing = standing;
  }

  /** Sees whether there is something to do, and begins it; cheap, called after every put and every settled message. */
  look(): void {
    if (this.#running || this.#isStopped || !(this.#canRetire() || this.#nextToEmpty())) return;
    this.#running = this.#clean().finally(() => (this.#running = undefined));
  }

  /** Ends after the copies under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  #canRetire(): boolean {
    const { oldest, current } = this.#shelf;
    return oldest !== undefined && oldest !== current && oldest.live.size === 0;
  }

  #nextToEmpty(): Segment | undefined {
    const { oldest, current } = this.#shelf;
    if (!oldest || oldest === current) return undefined;
    const suspect = this.#shelf.suspects().find(segment => !this.#stuck.has(segment));
    if (suspect) return suspect;
    if (this.#stuck.has(oldest)) return undefined;
    const { totalBytes, liveBytes } = this.#shelf;
    return totalBytes > 2 * liveBytes + this.#slackBytes ? oldest : undefined;
  }

  async #clean(): Promise<void> {
    await this.#shelf.retire();
    for (let next = this.#nextToEmpty(); next && !this.#isStopped; next = this.#nextToEmpty()) {
      if (!(await this.#copyAll(next))) return;
      await this.#shelf.retire();
      if (this.#shelf.oldest === next) return; // it could not be removed; not at once again
    }
  }

  /** Whether all that waits in `segment` is now elsewhere. A message that cannot be read or written stays where it is, and its segment with it. */
  async #copyAll(segment: Segment): Promise<boolean> {
    const places = [...segment.live];
    for (let i = 0; i < places.length && !this.#isStopped; i += copiedAtOnce) {
      const copies = await Promise.allSettled(places.slice(i, i + copiedAtOnce).map(place => this.#copy(place)));
      const trouble = copies.find(copy => copy.status === 'rejected');
      if (trouble && isFault(trouble.reason, 'store-broken')) this.#stuck.add(segment);
      if (trouble) return false;
    }
    return segment.live.size === 0;
  }

  async #copy(place: Place): Promise<void> {
    const from = place.segment;
    const record = await from.read(place.at, place.recordBytes);
    const head = decodeHead(record)!; // read() has checked it
    const entry = jsonOf(record, head) as StoredEntry; // the CRC says that we wrote it
    // Asked and appended in one breath: a note about this message comes either before, and is in the standing, or behind the copy.
    const standing = this.#standing(place.id);
    if (!standing) return;
    const { progress, isHeld } = standing;
    const copy: StoredEntry = { ...entry, standing: { progress, isHeld } };
    await this.#writer.append('copy', copy, [blobsOf(record, head)], written => {
      if (!from.live.has(place)) return; // it was settled while it was copied
      from.free(place);
      Object.assign(place, written);
      written.segment.hold(place);
    });
  }
}

function isFault(error: unknown, code: FaultCode): boolean {
  return error instanceof Fault && error.code === code;
}
