// SPDX-License-Identifier: Apache-2.0
/**
 * Open — takes a queue folder over: locks it, reads its segments, finds what still waits, and says what it could not read.
 * Throws Fault `data-folder-taken` if another process has it, `store-newer` if a later version wrote it.
 */
import { dirname, join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import { silentLog } from '../../core/log.ts';
import type { Log } from '../../core/log.ts';
import { systemRandom } from '../../core/random.ts';
import { storeFault, systemFiles } from '../files.ts';
import type { Files } from '../files.ts';
import { holdLock, lockFileName } from '../lock.ts';
import { largeFolderName } from './arrival.ts';
import type { QueueStore } from './contract.ts';
import { Queue } from './queue.ts';
import { loadSegments } from './load.ts';
import type { UnreadPart } from './load.ts';
import { SegmentJournal, usualSegmentOptions } from './segments.ts';
import type { SegmentOptions } from './segments.ts';
import { Shelf } from './shelf.ts';

export interface QueueReport {
  readonly messages: number;
  readonly segments: number;
  /** What could not be read, per segment; empty after an orderly stop. */
  readonly unread: readonly UnreadPart[];
  /** Messages whose large body is gone or has another size: they stay in the queue, and reading them throws `store-broken`. */
  readonly withoutBody: readonly string[];
  /** Large bodies of messages that were never accepted, or are settled: removed. */
  readonly leftOverBodies: number;
}

export interface OpenedQueue {
  readonly store: QueueStore;
  readonly report: QueueReport;
}

export interface QueueParts {
  readonly folder: string;
  readonly clock: Clock;
  readonly log?: Log;
  readonly files?: Files;
  /** How long to wait for a process that is just ending. */
  readonly waitMs?: number;
  readonly options?: Partial<SegmentOptions>;
}

export async function openQueue(given: QueueParts): Promise<OpenedQueue> {
  const { folder, clock, log = silentLog, files = systemFiles, waitMs = 0, options = {} } = given;
  try {
    await files.makeFolder(join(folder, largeFolderName));
    // The names of the folders themselves, up to the data folder: a synced file in a folder that is gone is gone.
    for (const path of [folder, dirname(folder), dirname(dirname(folder))]) await files.syncFolder(path);
  } catch (cause) {
    throw storeFault(cause, `make ${folder}`);
  }
  const lock = await holdLock(join(folder, lockFileName), { waitMs });
  if (!lock) throw new Fault('data-folder-taken', { detail: folder });
  try {
    const loaded = await loadSegments(files, folder, clock.now());
    const parts = { files, folder, random: systemRandom, log, clock, onClosed: () => lock.release() };
    const shelf = new Shelf(parts, loaded.segments, loaded.nextNumber);
    const journal = new SegmentJournal(parts, shelf, loaded.found, { ...usualSegmentOptions, ...options });
    const store = new Queue(journal);
    await shelf.retire();
    const { unread, withoutBody, leftOverBodies } = loaded;
    const report = {
      messages: loaded.found.length,
      segments: loaded.segments.length,
      unread,
      withoutBody,
      leftOverBodies,
    };
    for (const part of unread) log.warn('queue segment is not whole', { ...part });
    if (withoutBody.length > 0) log.error('queued messages have lost their body', { messages: withoutBody });
    return { store, report };
  } catch (error) {
    lock.release();
    throw storeFault(error, `open queue ${folder}`);
  }
}
