// SPDX-License-Identifier: Apache-2.0
/** Segments — the durable journal: records in segments, large bodies in files beside them, the newest messages in memory too. */
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Clock } from '../../core/clock.ts';
import { Fault, describeFault } from '../../core/faults.ts';
import { judgedLimitBytes } from '../../core/message.ts';
import { isMissing, storeFault } from '../files.ts';
import { SpooledArrival, bodySuffix, largeFolderName, readChunks } from './arrival.ts';
import type { LargeFolder } from './arrival.ts';
import { MessageCache } from './cache.ts';
import type { CachedMessage } from './cache.ts';
import { Cleaner } from './cleaner.ts';
import type { QueueEntryInput } from './contract.ts';
import type { Journal, Kept, Note, Recovered, Standing } from './journal.ts';
import { blobsOf, decodeHead, jsonOf } from './record.ts';
import type { WrittenNote } from './replay.ts';
import type { Place } from './segment.ts';
import type { Shelf, ShelfParts } from './shelf.ts';
import { decodeEntry, encodeEntry } from './stored-entry.ts';
import type { BodyFile, StoredEntry } from './stored-entry.ts';
import { Writer } from './writer.ts';

export interface SegmentOptions {
  readonly segmentBytes: number;
  readonly cacheBytes: number;
}

export interface SegmentParts extends ShelfParts {
  readonly clock: Clock;
  /** Called when everything is closed: lets the lock go. */
  readonly onClosed: () => void;
}

export class SegmentJournal implements Journal<Place, SpooledArrival> {
  readonly #parts: SegmentParts;
  readonly #shelf: Shelf;
  readonly #writer: Writer;
  readonly #cleaner: Cleaner;
  readonly #cache: MessageCache;
  readonly #large: LargeFolder;
  readonly #chores = new Set<Promise<void>>();
  #found: readonly Recovered<Place>[];
  #standing: (id: string) => Standing | undefined = () => undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: SegmentParts, shelf: Shelf, found: readonly Recovered<Place>[], options: SegmentOptions) {
    this.#parts = parts;
    this.#shelf = shelf;
    this.#found = found;
    this.#cache = new MessageCache(options.cacheBytes);
    this.#writer = new Writer(parts, shelf, options.segmentBytes);
    this.#cleaner = new Cleaner(shelf, this.#writer, options.segmentBytes, id => this.#standing(id));
    this.#large = {
      files: parts.files,
      path: join(parts.folder, largeFolderName),
      nextName: () => `${parts.random.bytes(12).toString('hex')}${bodySuffix}`,
      chore: (what, work) => this.#chore(what, work),
    };
  }

  recover(standing: (id: string) => Standing | undefined): readonly Recovered<Place>[] {
    this.#standing = standing;
    const found = this.#found;
    this.#found = [];
    return found;
  }

  begin(): SpooledArrival {
    return new SpooledArrival(this.#large);
  }

  async put(entry: QueueEntryInput, arrival: SpooledArrival): Promise<Place> {
    const finishing = arrival.finish();
    const finished = finishing instanceof Promise ? await finishing : finishing;
    this.#mustBeOpen();
    const file = finished.kind === 'file' ? finished.file : undefined;
    const body = finished.kind === 'file' ? Buffer.alloc(0) : finished.bytes;
    const { json, prefixes } = encodeEntry(entry, arrival.sizeBytes, file);
    let place: Place | undefined;
    await this.#writer.append('put', json, [...prefixes, body], written => {
      place = { ...written, id: entry.id, sizeBytes: arrival.sizeBytes, ...(file && { file }) };
      written.segment.hold(place);
    });
    this.#cache.set(entry.id, { entry, body });
    this.#cleaner.look();
    return place!; // the writer calls before it resolves
  }

  async note(note: Note): Promise<void> {
    this.#mustBeOpen();
    const written: WrittenNote = { note, writtenAt: this.#parts.clock.now() };
    await this.#writer.append('note', written);
  }

  loaded(place: Place): Kept | undefined {
    const cached = this.#cache.get(place.id);
    return cached && this.#kept(place, cached);
  }

  async load(place: Place): Promise<Kept> {
    const loaded = this.loaded(place);
    if (loaded) return loaded;
    const read = await this.#readOrSay(place);
    this.#cache.set(place.id, read);
    return this.#kept(place, read);
  }

  free(place: Place, noted: Promise<void>): void {
    this.#cache.delete(place.id);
    place.segment.free(place);
    const { file } = place;
    // Only when the note is durable: after a crash before that the message is there again and needs its body. A body left over goes at the next start.
    if (file)
      this.#chore(
        'remove a large body',
        noted.then(
          () => this.#parts.files.remove(join(this.#large.path, file.name)),
          () => {},
        ),
      );
    this.#cleaner.look();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#cleaner.stop();
    try {
      await this.#writer.flush();
    } catch (error) {
      this.#parts.log.error('queue closes with notes that could not be written', { reason: describeFault(error) });
    }
    await Promise.all(this.#chores);
    await this.#shelf.close();
    this.#parts.onClosed();
  }

  #kept({ sizeBytes, file }: Place, { entry, body }: CachedMessage): Kept {
    return { entry, sizeBytes, stream: file ? () => this.#streamFile(file, sizeBytes) : () => once(body) };
  }

  async #readOrSay(place: Place): Promise<CachedMessage> {
    try {
      return await this.#read(place);
    } catch (error) {
      // Said here too, since the queue keeps such a message and goes on.
      this.#parts.log.error('queued message cannot be read', { message: place.id, reason: describeFault(error) });
      throw error;
    }
  }

  async #read(place: Place): Promise<CachedMessage> {
    const record = await place.segment.read(place.at, place.recordBytes);
    const head = decodeHead(record)!; // read() has checked it
    return decodeEntry(jsonOf(record, head) as StoredEntry, blobsOf(record, head)); // the CRC says that we wrote it
  }

  async *#streamFile(file: BodyFile, sizeBytes: number): AsyncIterable<Buffer> {
    const { files } = this.#parts;
    const path = join(this.#large.path, file.name);
    let fd: number;
    try {
      fd = await files.openToRead(path);
    } catch (cause) {
      throw isMissing(cause)
        ? new Fault('store-broken', { cause, detail: `${path} is gone` })
        : storeFault(cause, `open ${path}`);
    }
    try {
      let held: Buffer | undefined;
      let size = 0;
      let crc = 0;
      for await (const chunk of readChunks(files, fd)) {
        if (held) yield held;
        held = chunk;
        size += chunk.length;
        crc = crc32(chunk, crc);
      }
      // The last piece is kept back until all was checked, so that a damaged body is never delivered to its end.
      if (size !== sizeBytes || crc !== file.crc) throw new Fault('store-broken', { detail: `${path} is damaged` });
      if (held) yield held;
    } finally {
      await files.close(fd);
    }
  }

  #chore(what: string, work: Promise<void>): void {
    const chore = work
      .catch((error: unknown) =>
        this.#parts.log.warn('queue cannot tidy up after itself', { what, reason: describeFault(error) }),
      )
      .finally(() => this.#chores.delete(chore));
    this.#chores.add(chore);
  }

  #mustBeOpen(): void {
    if (this.#closing) throw new Fault('store-unreachable', { detail: 'the queue is closed' });
  }
}

export const usualSegmentOptions: SegmentOptions = {
  segmentBytes: 64 * judgedLimitBytes,
  cacheBytes: 8 * judgedLimitBytes,
};

async function* once(bytes: Buffer): AsyncIterable<Buffer> {
  yield bytes;
}
