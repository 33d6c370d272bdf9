// SPDX-License-Identifier: Apache-2.0
/**
 * Arrival — a message while it comes in: in memory up to 1 MiB, beyond that in a file of its own, written as it arrives.
 * After trouble with that file the rest is counted and dropped, and `finish` throws the fault.
 */
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { judgedLimitBytes } from '../../core/message.ts';
import type { Message, WireNotes } from '../../core/message.ts';
import { readUpTo, storeFault, writeAll } from '../files.ts';
import type { Files } from '../files.ts';
import type { Arrival } from './journal.ts';
import type { BodyFile } from './stored-entry.ts';

export const largeFolderName = 'large';
export const bodySuffix = '.body';

/** Where large bodies go; `chore` is told of work that nobody waits for. */
export interface LargeFolder {
  readonly files: Files;
  readonly path: string;
  nextName(): string;
  chore(what: string, work: Promise<void>): void;
}

export type FinishedBody =
  | { readonly kind: 'inline'; readonly bytes: Buffer }
  | { readonly kind: 'file'; readonly file: BodyFile };

export class SpooledArrival implements Arrival {
  readonly #large: LargeFolder;
  #chunks: Buffer[] = [];
  #spill: Spill | undefined;
  sizeBytes = 0;

  constructor(large: LargeFolder) {
    this.#large = large;
  }

  write(chunk: Buffer): void | Promise<void> {
    this.sizeBytes += chunk.length;
    if (this.#spill) return this.#spill.write(chunk);
    this.#chunks.push(chunk);
    if (this.sizeBytes <= judgedLimitBytes) return undefined;
    this.#spill = new Spill(this.#large);
    const whole = Buffer.concat(this.#chunks);
    this.#chunks = [whole.subarray(0, judgedLimitBytes)];
    return this.#spill.write(whole);
  }

  message(wire: WireNotes): Message {
    const bytes = this.#head();
    const spill = this.#spill;
    return {
      sizeBytes: this.sizeBytes,
      bytes,
      isWhole: !spill,
      wire,
      async *stream() {
        if (spill) yield* spill.stream();
        else yield bytes;
      },
    };
  }

  /** The body, durable if it is a file. */
  finish(): FinishedBody | Promise<FinishedBody> {
    if (this.#spill) return this.#spill.finish().then(file => ({ kind: 'file', file }));
    return { kind: 'inline', bytes: this.#head() };
  }

  abandon(): void {
    this.#chunks = [];
    this.#spill?.abandon();
  }

  #head(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0]!; // made in the line above
  }
}

class Spill {
  readonly #large: LargeFolder;
  readonly #name: string;
  readonly #path: string;
  #fd: number | undefined;
  #sizeBytes = 0;
  #crc = 0;
  #trouble: { readonly cause: unknown } | undefined;
  #isAbandoned = false;
  /** Everything asked of the file so far; never rejects. */
  #work: Promise<void>;

  constructor(large: LargeFolder) {
    this.#large = large;
    this.#name = large.nextName();
    this.#path = join(large.path, this.#name);
    this.#work = this.#attempt(async () => {
      this.#fd = await large.files.create(this.#path);
    });
  }

  write(chunk: Buffer): Promise<void> {
    return this.#then(async fd => {
      await writeAll(this.#large.files, fd, [chunk], this.#sizeBytes);
      this.#sizeBytes += chunk.length;
      this.#crc = crc32(chunk, this.#crc);
    });
  }

  async *stream(): AsyncIterable<Buffer> {
    await this.#work;
    this.#throwTrouble();
    if (this.#fd !== undefined) yield* readChunks(this.#large.files, this.#fd);
  }

  async finish(): Promise<BodyFile> {
    await this.#then(async fd => {
      await this.#large.files.sync(fd);
      await this.#close();
      await this.#large.files.syncFolder(this.#large.path);
    });
    this.#throwTrouble();
    return { name: this.#name, crc: this.#crc };
  }

  abandon(): void {
    if (this.#isAbandoned) return;
    this.#isAbandoned = true;
    this.#large.chore(
      'remove a large body',
      this.#work.then(() => this.#remove()),
    );
  }

  async #remove(): Promise<void> {
    const wasCreated = this.#fd !== undefined || this.#sizeBytes > 0;
    await this.#close();
    if (wasCreated) await this.#large.files.remove(this.#path);
  }

  async #close(): Promise<void> {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined) await this.#large.files.close(fd);
  }

  #then(work: (fd: number) => Promise<void>): Promise<void> {
    this.#work = this.#work.then(() => {
      const fd = this.#fd;
      return this.#trouble || this.#isAbandoned || fd === undefined ? undefined : this.#attempt(() => work(fd));
    });
    return this.#work;
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      this.#trouble ??= { cause };
    }
  }

  #throwTrouble(): void {
    if (this.#trouble) throw storeFault(this.#trouble.cause, `write ${this.#path}`);
  }
}

/** The file in pieces of 256 kB. */
export async function* readChunks(files: Files, fd: number): AsyncIterable<Buffer> {
  for (let at = 0; ;) {
    const chunk = Buffer.allocUnsafeSlow(262_144);
    const got = await readUpTo(files, fd, chunk, at);
    if (got > 0) yield chunk.subarray(0, got);
    if (got < chunk.length) return;
    at += got;
  }
}
