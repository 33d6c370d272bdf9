// SPDX-License-Identifier: Apache-2.0
/**
 * Replay — what a journal's records come to, told in order: the messages that are still waiting for somebody.
 * Instants from a clock that has since been set back do not make anybody wait longer than was meant.
 */
import type { Progress } from './contract.ts';
import type { Note, Recovered, Standing } from './journal.ts';

/** A put, or a copy of one with what had become of it by then. */
export interface PutRecord<Place> extends Standing {
  readonly id: string;
  readonly acceptedAt: number;
  readonly sizeBytes: number;
  readonly place: Place;
}

export interface WrittenNote {
  readonly note: Note;
  /** When it was told. */
  readonly writtenAt: number;
}

export class Replay<Place> {
  readonly #now: number;
  readonly #found = new Map<string, Recovered<Place>>();

  constructor(now: number) {
    this.#now = now;
  }

  /** Tells of a put; a second of the same id is a copy and replaces the first, whose place is returned. */
  put(record: PutRecord<Place>): Place | undefined {
    const before = this.#found.get(record.id);
    const acceptedAt = Math.min(record.acceptedAt, this.#now);
    // A fresh recipient was due when it was accepted; how long a copied one was to wait is not known, and at most until its `nextAt`.
    const progress = record.progress.map(one =>
      one.attempts > 0 ? one : { ...one, nextAt: Math.min(one.nextAt, this.#now) },
    );
    this.#found.set(record.id, { ...record, acceptedAt, progress });
    return before?.place;
  }

  /** Tells of a note; the place of the message if it left the queue by it. */
  note({ note, writtenAt }: WrittenNote): Place | undefined {
    const item = this.#found.get(note.id);
    if (!item) return undefined;
    const next = this.#after(item, note, writtenAt);
    if (next && next.progress.some(progress => progress.state === 'waiting')) {
      this.#found.set(note.id, { ...item, ...next });
      return undefined;
    }
    this.#found.delete(note.id);
    return item.place;
  }

  recovered(): readonly Recovered<Place>[] {
    return [...this.#found.values()];
  }

  #after(item: Standing, note: Note, writtenAt: number): Standing | undefined {
    switch (note.kind) {
      case 'done':
        return this.#change(item, note.recipient, { state: 'done', lastReason: note.reason });
      case 'fail':
        return this.#change(item, note.recipient, { state: 'failed', lastReason: note.reason });
      case 'later': {
        // A wait is as long as it was meant when it was told, also if the clock was set back since.
        const nextAt = Math.min(note.at, this.#now + Math.max(0, note.at - writtenAt));
        return this.#change(item, note.recipient, { nextAt, lastReason: note.reason });
      }
      case 'hasten': {
        const at = Math.min(note.at, this.#now);
        const progress = item.progress.map(one => ({ ...one, nextAt: Math.min(one.nextAt, at) }));
        return { isHeld: item.isHeld, progress };
      }
      case 'hold':
        return { progress: item.progress, isHeld: note.isHeld };
      case 'remove':
        return undefined;
    }
  }

  #change(item: Standing, recipient: number, change: Partial<Progress>): Standing {
    const progress = item.progress.map((one, index) =>
      index === recipient && one.state === 'waiting' ? { ...one, ...change, attempts: one.attempts + 1 } : one,
    );
    return { isHeld: item.isHeld, progress };
  }
}
