// SPDX-License-Identifier: Apache-2.0
/**
 * Queues — copies the queue folders while they are written to. Segments only grow, and one leaves when nothing waits in it any more: all are opened
 * before any is copied, so that what was in them when the backup began is copied also if they leave meanwhile.
 * Large bodies have files of their own, which leave after the note that settles their message is durable; they are copied before the segments that have the note.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../core/faults.ts';
import { isMissing } from '../files.ts';
import { copyFile, copyOpen } from './copy.ts';
import type { CopiedFile } from './manifest.ts';
import { filesUnder } from './tree.ts';

const folderName = 'queue';
const tries = 20;
const passes = 10;

export async function copyQueues(from: string, to: string, signal?: AbortSignal): Promise<readonly CopiedFile[]> {
  const copied = new Map<string, CopiedFile>();
  // Later passes take the segments begun meanwhile: they may settle what the first ones hold.
  for (let pass = 0; pass < passes; pass += 1) {
    const before = copied.size;
    const segments = await openSegments(from, copied);
    try {
      for (const name of await filesUnder(from, folderName)) {
        if (isSegment(name) || copied.has(name)) continue;
        const file = await copyFile(from, to, name, signal);
        if (file) copied.set(name, file);
      }
      for (const [name, segment] of segments) copied.set(name, await copyOpen(segment, to, name, signal));
    } finally {
      for (const segment of segments.values()) await segment.close();
    }
    if (copied.size === before) break;
  }
  return [...copied.values()];
}

/** All segments of one listing; if one left between listing and opening, what it held may be in a younger one, so they are listed anew. */
async function openSegments(
  from: string,
  copied: ReadonlyMap<string, CopiedFile>,
): Promise<ReadonlyMap<string, FileHandle>> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const segments = new Map<string, FileHandle>();
    try {
      for (const name of await filesUnder(from, folderName)) {
        if (isSegment(name) && !copied.has(name)) segments.set(name, await open(join(from, name), 'r'));
      }
      return segments;
    } catch (error) {
      for (const segment of segments.values()) await segment.close();
      if (!isMissing(error)) throw error;
    }
  }
  throw new Fault('store-unreachable', { detail: `the queue changed ${tries} times while it was listed; try again` });
}

/** Files of the queue's own folder, `queue/0/…`; those in a folder under it are bodies. */
function isSegment(name: string): boolean {
  return name.split('/').length === 3;
}
