// SPDX-License-Identifier: Apache-2.0
/**
 * Journal — what the queue stands on: an ordered memory of messages put and of what became of them.
 * The queue's rules (queue.ts) know only this; segments on disk and the memory of a test are two journals.
 */
import type { WireNotes, Message } from '../../core/message.ts';
import type { Progress, QueueEntryInput } from './contract.ts';

/** What happened to a message after it was put. `at` of `later` and `hasten` is an instant. */
export type Note =
  | { readonly kind: 'done' | 'fail'; readonly id: string; readonly recipient: number; readonly reason: string }
  | {
      readonly kind: 'later';
      readonly id: string;
      readonly recipient: number;
      readonly reason: string;
      readonly at: number;
    }
  | { readonly kind: 'hasten'; readonly id: string; readonly at: number }
  | { readonly kind: 'hold'; readonly id: string; readonly isHeld: boolean }
  | { readonly kind: 'remove'; readonly id: string };

/** A message that has arrived and is not put yet. */
export interface Arrival {
  write(chunk: Buffer): void | Promise<void>;
  readonly sizeBytes: number;
  message(wire: WireNotes): Message;
  /** Nothing of it is kept. */
  abandon(): void;
}

/** A message as the journal keeps it. */
export interface Kept {
  readonly entry: QueueEntryInput;
  readonly sizeBytes: number;
  /** The bytes as they came. */
  stream(): AsyncIterable<Buffer>;
}

/** What a journal found when it was opened. */
export interface Recovered<Place> extends Standing {
  readonly id: string;
  readonly acceptedAt: number;
  readonly sizeBytes: number;
  readonly place: Place;
}

export interface Journal<Place, Arriving extends Arrival> {
  begin(): Arriving;
  /** Durable when it resolves; void for ever when it rejects. */
  put(entry: QueueEntryInput, arrival: Arriving): Promise<Place>;
  /** Durable when it resolves; when it rejects it is kept, and written before any later put or note. */
  note(note: Note): Promise<void>;
  /** Throws Fault `store-broken` if what is there is not what was put. */
  load(place: Place): Promise<Kept>;
  /** What `load` gives, where it is in memory; so that fresh mail waits for nothing on its way to delivery. */
  loaded(place: Place): Kept | undefined;
  /** The message at this place is settled, and `note` was durable or will be: its room may be used. */
  free(place: Place, noted: Promise<void>): void;
  /** What was there when it was opened, once; `standing` tells the journal, whenever it copies a message, how far that one has come. */
  recover(standing: (id: string) => Standing | undefined): readonly Recovered<Place>[];
  close(): Promise<void>;
}

/** How far a message has come. */
export interface Standing {
  readonly progress: readonly Progress[];
  readonly isHeld: boolean;
}

/** Everybody waits, and is due since the message was accepted. */
export function freshProgress(entry: {
  readonly acceptedAt: number;
  readonly recipients: readonly unknown[];
}): Progress[] {
  return entry.recipients.map(() => ({ state: 'waiting', attempts: 0, nextAt: entry.acceptedAt, lastReason: '' }));
}
