// SPDX-License-Identifier: Apache-2.0
/**
 * Queue — the rules of the queue over a journal: what is due, who has taken it, when a message leaves.
 * A message enters the index after the journal has made it durable, and leaves it at once when its last recipient is settled.
 */
import { Fault } from '../../core/faults.ts';
import type { Message, WireNotes } from '../../core/message.ts';
import type { Due, Incoming, QueueCounts, QueuedMessage, QueueEntryInput, QueueStore } from './contract.ts';
import { checkEntry, deliveredSize, streamDelivered } from './delivered.ts';
import { freshProgress } from './journal.ts';
import type { Arrival, Journal, Kept, Note } from './journal.ts';
import { Pending } from './pending.ts';
import type { Item } from './pending.ts';

export class Queue<Place, Arriving extends Arrival> implements QueueStore {
  readonly #journal: Journal<Place, Arriving>;
  readonly #pending = new Pending<Place>();
  /** Puts under way, so that the same id twice at the same time is put once. */
  readonly #committing = new Map<string, Promise<QueuedMessage>>();
  #onDue: (at: number) => void = () => {};
  #isClosed = false;

  constructor(journal: Journal<Place, Arriving>) {
    this.#journal = journal;
    const found = journal.recover(id => this.#pending.get(id));
    for (const one of [...found].sort((a, b) => a.acceptedAt - b.acceptedAt)) {
      this.#pending.add({ ...one, progress: [...one.progress] });
    }
  }

  begin(): Incoming {
    return new IncomingMessage(this.#journal.begin(), (entry, arrival) => this.#commit(entry, arrival));
  }

  async take(now: number, limit: number): Promise<readonly Due[]> {
    const due: (Due | undefined)[] = [];
    const reading: Promise<void>[] = [];
    for (const { item, recipients } of this.#isClosed ? [] : this.#pending.take(now, limit)) {
      const kept = this.#journal.loaded(item.place);
      const index = due.push(kept && { message: shownAs(kept.entry, item), recipients }) - 1;
      if (!kept)
        reading.push(
          this.#readDue(item, recipients, now).then(one => {
            due[index] = one;
          }),
        );
    }
    if (reading.length > 0) await Promise.all(reading);
    return due.filter(one => one !== undefined);
  }

  done(id: string, recipientIndex: number, note: string): Promise<void> {
    return this.#settle(id, recipientIndex, 'done', note);
  }

  fail(id: string, recipientIndex: number, reason: string): Promise<void> {
    return this.#settle(id, recipientIndex, 'fail', reason);
  }

  later(id: string, recipientIndex: number, at: number, reason: string): Promise<void> {
    const item = this.#pending.get(id);
    const short = reason.slice(0, reasonLimit);
    if (!item || !this.#pending.postpone(item, recipientIndex, at, short)) return Promise.resolve();
    this.#wake(item);
    return this.#note({ kind: 'later', id, recipient: recipientIndex, at, reason: short });
  }

  giveBack(id: string, recipientIndex: number): void {
    const item = this.#pending.get(id);
    if (!item) return;
    this.#pending.giveBack(item, recipientIndex);
    this.#wake(item);
  }

  nextDueAt(): number | undefined {
    return this.#pending.nextDueAt();
  }

  onDue(listener: (at: number) => void): void {
    this.#onDue = listener;
  }

  async get(id: string): Promise<QueuedMessage | undefined> {
    const item = this.#pending.get(id);
    return item && (await this.#show(item));
  }

  async list({ after = '', limit }: { readonly after?: string; readonly limit: number }) {
    const shown: QueuedMessage[] = [];
    for (const id of this.#pending.idsAfter(after, limit)) {
      const message = await this.get(id);
      if (message) shown.push(message);
    }
    return shown;
  }

  async *open(id: string, recipientIndex?: number): AsyncIterable<Buffer> {
    const item = this.#pending.get(id);
    if (!item) throw new Fault('store-broken', { detail: `no message ${id} in the queue` });
    const kept = await this.#journal.load(item.place);
    yield* streamDelivered(kept.entry, recipientIndex, kept.stream());
  }

  async read(id: string, recipientIndex?: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.open(id, recipientIndex)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  counts(): QueueCounts {
    return this.#pending.counts();
  }

  async hasten(id: string, now: number): Promise<boolean> {
    const item = this.#pending.get(id);
    if (!item) return false;
    this.#pending.hasten(item, now);
    this.#wake(item);
    await this.#note({ kind: 'hasten', id, at: now });
    return true;
  }

  async hold(id: string, isHeld: boolean): Promise<boolean> {
    const item = this.#pending.get(id);
    if (!item) return false;
    this.#pending.hold(item, isHeld);
    this.#wake(item);
    await this.#note({ kind: 'hold', id, isHeld });
    return true;
  }

  async remove(id: string): Promise<boolean> {
    const item = this.#pending.get(id);
    if (!item) return false;
    await this.#leave(item, { kind: 'remove', id });
    return true;
  }

  shift(byMs: number): void {
    this.#pending.shift(byMs);
    const at = this.nextDueAt();
    if (at !== undefined) this.#onDue(at);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#journal.close();
  }

  async #commit(entry: QueueEntryInput, arrival: Arriving): Promise<QueuedMessage> {
    const known = this.#pending.get(entry.id);
    const underWay = this.#committing.get(entry.id);
    if (known || underWay) arrival.abandon();
    if (known) return this.#show(known);
    if (underWay) return underWay;
    const put = this.#put(entry, arrival);
    this.#committing.set(entry.id, put);
    try {
      return await put;
    } finally {
      this.#committing.delete(entry.id);
    }
  }

  async #put(entry: QueueEntryInput, arrival: Arriving): Promise<QueuedMessage> {
    const sizeBytes = arrival.sizeBytes;
    try {
      checkEntry(entry, sizeBytes);
      if (this.#isClosed) throw new Fault('store-unreachable', { detail: 'the queue is closed' });
      const place = await this.#journal.put(entry, arrival);
      const { id, acceptedAt } = entry;
      const progress = freshProgress(entry);
      const item = this.#pending.add({ id, acceptedAt, sizeBytes, place, progress, isHeld: false });
      this.#wake(item);
      return shownAs(entry, item);
    } catch (error) {
      arrival.abandon();
      throw error;
    }
  }

  #settle(id: string, recipient: number, kind: 'done' | 'fail', reason: string): Promise<void> {
    const item = this.#pending.get(id);
    const short = reason.slice(0, reasonLimit);
    const state = kind === 'done' ? 'done' : 'failed';
    if (!item || !this.#pending.settle(item, recipient, state, short)) return Promise.resolve();
    const note: Note = { kind, id, recipient, reason: short };
    return this.#pending.isSettled(item) ? this.#leave(item, note) : this.#note(note);
  }

  #leave(item: Item<Place>, note: Note): Promise<void> {
    this.#pending.delete(item);
    const noted = this.#note(note);
    this.#journal.free(item.place, noted);
    return noted;
  }

  #note(note: Note): Promise<void> {
    const noted = this.#journal.note(note);
    // Who told may not wait to hear of it. The journal has kept the note, and has logged the trouble.
    noted.catch(() => undefined);
    return noted;
  }

  async #readDue(item: Item<Place>, recipients: readonly number[], now: number): Promise<Due | undefined> {
    try {
      return { message: await this.#show(item), recipients };
    } catch (cause) {
      // Unreadable now does not mean lost: it stays in the queue, and whoever takes next time meets it again later.
      for (const index of recipients) this.#pending.postpone(item, index, now + unreadableWaitMs, String(cause));
      return undefined;
    }
  }

  async #show(item: Item<Place>): Promise<QueuedMessage> {
    const kept: Kept = await this.#journal.load(item.place);
    return shownAs(kept.entry, item);
  }

  #wake(item: Item<Place>): void {
    if (item.dueAt !== undefined) this.#onDue(item.dueAt);
  }
}

class IncomingMessage<Arriving extends Arrival> implements Incoming {
  readonly #arrival: Arriving;
  readonly #put: (entry: QueueEntryInput, arrival: Arriving) => Promise<QueuedMessage>;
  #isOver = false;

  constructor(arrival: Arriving, put: (entry: QueueEntryInput, arrival: Arriving) => Promise<QueuedMessage>) {
    this.#arrival = arrival;
    this.#put = put;
  }

  get sizeBytes(): number {
    return this.#arrival.sizeBytes;
  }

  write(chunk: Buffer): void | Promise<void> {
    return this.#arrival.write(chunk);
  }

  message(wire: WireNotes): Message {
    return this.#arrival.message(wire);
  }

  async commit(entry: QueueEntryInput): Promise<QueuedMessage> {
    if (this.#isOver) throw new Fault('bad-input', { detail: 'the message was committed or abandoned before' });
    this.#isOver = true;
    return this.#put(entry, this.#arrival);
  }

  abandon(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#arrival.abandon();
  }
}

/** A message whose bytes cannot be read is looked at again after this. */
const unreadableWaitMs = 600_000;
/** Replies of next hops may be long; what is kept of one. */
const reasonLimit = 1_000;

function shownAs<Place>(entry: QueueEntryInput, item: Item<Place>): QueuedMessage {
  return {
    ...entry,
    sizeBytes: item.sizeBytes,
    deliveredBytes: deliveredSize(entry, item.sizeBytes),
    progress: [...item.progress],
    isHeld: item.isHeld,
  };
}
