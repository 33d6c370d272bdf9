// SPDX-License-Identifier: Apache-2.0
/**
 * Shelf — all segments of one log, oldest first. A segment leaves when nothing in it waits and no older one is left:
 * what a segment says of messages in older ones is never forgotten before them, so nobody gets mail a second time.
 */
import { join } from 'node:path';
import type { Log } from '../../core/log.ts';
import { describeFault } from '../../core/faults.ts';
import type { Random } from '../../core/random.ts';
import { writeAll } from '../files.ts';
import type { Files } from '../files.ts';
import { encodeRecord, recordParts } from './record.ts';
import { Segment, encodeSegmentHead, segmentName } from './segment.ts';
import type { Opening } from './segment.ts';

export interface ShelfParts {
  readonly files: Files;
  readonly folder: string;
  readonly random: Random;
  readonly log: Log;
}

export class Shelf {
  readonly #parts: ShelfParts;
  readonly #segments: Segment[];
  #nextNumber: number;
  #retiring: Promise<void> | undefined;
  /** The one that is written to; undefined until something is written, and after an error. */
  current: Segment | undefined;

  constructor(parts: ShelfParts, segments: readonly Segment[], nextNumber: number) {
    this.#parts = parts;
    this.#segments = [...segments];
    this.#nextNumber = nextNumber;
  }

  get oldest(): Segment | undefined {
    return this.#segments[0];
  }

  get totalBytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
  }

  get liveBytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.liveBytes, 0);
  }

  /** Segments that could not be written to, and still hold what waits. */
  suspects(): readonly Segment[] {
    return this.#segments.filter(segment => segment.cutAt !== undefined && segment.live.size > 0);
  }

  /** A new current segment, durable with its name and with what it tells of older ones. */
  async openNext(): Promise<Segment> {
    const { files, folder, random } = this.#parts;
    const number = this.#nextNumber++;
    const path = join(folder, segmentName(number));
    const salt = random.bytes(4).readUInt32LE(0);
    const cuts = this.#segments.flatMap(({ number: segment, cutAt: at }) => (at === undefined ? [] : { segment, at }));
    const opening: Opening = { cuts };
    const head = [encodeSegmentHead(salt), ...encodeRecord(recordParts('opening', opening, []), salt)];
    const sizeBytes = head.reduce((sum, buffer) => sum + buffer.length, 0);
    const fd = await files.create(path);
    try {
      await writeAll(files, fd, head, 0);
      await files.sync(fd);
      await files.syncFolder(folder);
    } catch (error) {
      await this.#tolerate('close a segment that could not be begun', files.close(fd));
      await this.#tolerate('remove a segment that could not be begun', files.remove(path));
      throw error;
    }
    const segment = new Segment(files, fd, path, number, salt, sizeBytes);
    this.#segments.push(segment);
    this.current = segment;
    return segment;
  }

  /** Writing the current segment failed: nothing beyond what was durable is believed again. */
  async giveUpCurrent(): Promise<void> {
    const segment = this.current;
    if (!segment) return;
    this.current = undefined;
    segment.cutAt = segment.sizeBytes;
    // Two walls: the cut in the file itself holds if we are killed next, the one in the next opening also if the power fails.
    await this.#tolerate('cut off a segment', this.#parts.files.truncate(segment.fd, segment.cutAt));
  }

  /** Removes segments that are done with. Resolves when it has; trouble is logged and tried again the next time. */
  retire(): Promise<void> {
    this.#retiring ??= this.#retireAll().finally(() => (this.#retiring = undefined));
    return this.#retiring;
  }

  /** Closes all; segments with nothing waiting go, the current one too. */
  async close(): Promise<void> {
    this.current = undefined;
    await this.retire();
    for (const segment of this.#segments.splice(0)) await this.#tolerate('close a segment', segment.close());
  }

  async #retireAll(): Promise<void> {
    const { files, folder, log } = this.#parts;
    for (let segment = this.oldest; segment?.live.size === 0 && segment !== this.current; segment = this.oldest) {
      try {
        if (segment.isDamaged) await files.rename(segment.path, segment.path.replace(/\.log$/, '.damaged'));
        else await files.remove(segment.path);
        // Before the next may go: a power failure must not bring back an older segment without the younger one that settles it.
        await files.syncFolder(folder);
      } catch (error) {
        log.warn('queue segment cannot be removed', { segment: segment.number, reason: describeFault(error) });
        return;
      }
      this.#segments.shift();
      await this.#tolerate('close a segment', segment.close());
    }
  }

  async #tolerate(what: string, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#parts.log.warn('queue cannot tidy up after itself', { what, reason: describeFault(error) });
    }
  }
}
