// SPDX-License-Identifier: Apache-2.0
/** Load — reads all segments of a queue folder in order, and comes to what still waits. Removes nothing but bodies that no message names. */
import { join } from 'node:path';
import type { Files } from '../files.ts';
import { readUpTo } from '../files.ts';
import type { Recovered } from './journal.ts';
import { freshProgress } from './journal.ts';
import { decodeHead, headBytes, isIntact, jsonOf, recordBytes } from './record.ts';
import { Replay } from './replay.ts';
import type { WrittenNote } from './replay.ts';
import { scanRecords } from './scan.ts';
import type { ScannedRecord } from './scan.ts';
import { Segment, decodeSegmentHead, segmentHeadBytes, segmentNumber } from './segment.ts';
import type { Opening, Place } from './segment.ts';
import { bodySuffix, largeFolderName } from './arrival.ts';
import type { StoredEntry } from './stored-entry.ts';

export interface UnreadPart {
  readonly segment: number;
  /** Bytes that belong to no readable record: the tail a kill or power failure tore off, or damage. */
  readonly bytes: number;
  /** Whether it is more than a torn end; such a file is kept as `.damaged` when it is done with. */
  readonly isDamaged: boolean;
}

export interface Loaded {
  readonly segments: readonly Segment[];
  readonly nextNumber: number;
  readonly found: readonly Recovered<Place>[];
  readonly unread: readonly UnreadPart[];
  readonly withoutBody: readonly string[];
  readonly leftOverBodies: number;
}

export async function loadSegments(files: Files, folder: string, now: number): Promise<Loaded> {
  const names = await files.list(folder);
  const numbers = names.flatMap(name => segmentNumber(name) ?? []);
  const opened: OpenSegment[] = [];
  try {
    // Names are padded to one length until the hundred-millionth segment.
    for (const name of [...names].filter(one => one.endsWith('.log')).sort()) {
      const number = segmentNumber(name);
      if (number !== undefined) opened.push(await openSegment(files, join(folder, name), number));
    }
    applyCuts(opened);
    const replay = new Replay<Place>(now);
    const unread: UnreadPart[] = [];
    for (const one of opened) {
      const part = await replaySegment(files, one, replay);
      if (part) unread.push(part);
    }
    const found = replay.recovered();
    for (const { place } of found) place.segment.hold(place);
    const isWhole = unread.every(part => !part.isDamaged);
    const bodies = await checkBodies(files, join(folder, largeFolderName), found, isWhole);
    return {
      segments: opened.map(one => one.segment),
      nextNumber: Math.max(0, ...numbers) + 1,
      found,
      unread,
      ...bodies,
    };
  } catch (error) {
    await Promise.allSettled(opened.map(one => one.segment.close()));
    throw error;
  }
}

interface OpenSegment {
  readonly segment: Segment;
  readonly fileBytes: number;
  readonly isReadable: boolean;
  readonly opening: Opening;
}

async function openSegment(files: Files, path: string, number: number): Promise<OpenSegment> {
  const fd = await files.openToRead(path);
  try {
    const fileBytes = await files.size(fd);
    const salt = decodeSegmentHead(await bytesAt(files, fd, 0, segmentHeadBytes), path);
    const opening = salt === undefined ? noOpening : await readOpening(files, fd, salt);
    const segment = new Segment(files, fd, path, number, salt ?? 0, fileBytes);
    return { segment, fileBytes, isReadable: salt !== undefined, opening };
  } catch (error) {
    await files.close(fd);
    throw error;
  }
}

async function readOpening(files: Files, fd: number, salt: number): Promise<Opening> {
  const head = decodeHead(await bytesAt(files, fd, segmentHeadBytes, headBytes));
  if (head?.kind !== 'opening' || recordBytes(head) > openingLimitBytes) return noOpening;
  const record = await bytesAt(files, fd, segmentHeadBytes, recordBytes(head));
  return isIntact(record, salt) ? (jsonOf(record, head) as Opening) : noOpening; // the CRC says that we wrote it
}

/** Cuts stand in segments younger than the ones they are about, so all openings are read before any record is believed. */
function applyCuts(opened: readonly OpenSegment[]): void {
  const byNumber = new Map(opened.map(({ segment }) => [segment.number, segment]));
  for (const { opening } of opened) {
    for (const cut of opening.cuts) {
      const segment = byNumber.get(cut.segment);
      if (segment) segment.cutAt = cut.at;
    }
  }
}

async function replaySegment(files: Files, one: OpenSegment, replay: Replay<Place>): Promise<UnreadPart | undefined> {
  const { segment, fileBytes, isReadable } = one;
  const end = Math.min(fileBytes, segment.cutAt ?? fileBytes);
  const from = isReadable ? segmentHeadBytes : 0;
  if (end <= from) return undefined;
  // Without its head a segment has no salt, and nothing in it can be believed.
  const tell = isReadable ? (record: ScannedRecord) => tellRecord(record, segment, replay) : () => {};
  const { cutOffBytes, isDamaged } = await scanRecords(files, segment.fd, { from, end, salt: segment.salt }, tell);
  if (cutOffBytes === 0) return undefined;
  segment.isDamaged = isDamaged;
  return { segment: segment.number, bytes: cutOffBytes, isDamaged };
}

function tellRecord({ head, record, at }: ScannedRecord, segment: Segment, replay: Replay<Place>): void {
  switch (head.kind) {
    case 'opening':
      return;
    case 'note':
      replay.note(jsonOf(record, head) as WrittenNote); // here and below: the CRC says that we wrote it
      return;
    case 'put':
    case 'copy': {
      const entry = jsonOf(record, head) as StoredEntry;
      const { id, acceptedAt, sizeBytes, file } = entry;
      const place: Place = { id, sizeBytes, segment, at, recordBytes: record.length, ...(file && { file }) };
      const standing = entry.standing ?? { progress: freshProgress(entry), isHeld: false };
      replay.put({ id, acceptedAt, sizeBytes, place, ...standing });
    }
  }
}

async function checkBodies(
  files: Files,
  folder: string,
  found: readonly Recovered<Place>[],
  isWhole: boolean,
): Promise<{ readonly withoutBody: readonly string[]; readonly leftOverBodies: number }> {
  const names = new Set(await files.list(folder));
  const withoutBody: string[] = [];
  for (const { place } of found) {
    if (!place.file) continue;
    if (!(names.delete(place.file.name) && (await hasSize(files, join(folder, place.file.name), place.sizeBytes)))) {
      withoutBody.push(place.id);
    }
  }
  // Where a segment is damaged, a body without a record may be all that is left of a message: people may want to see it.
  const leftOver = isWhole ? [...names].filter(name => name.endsWith(bodySuffix)) : [];
  for (const name of leftOver) await files.remove(join(folder, name));
  return { withoutBody, leftOverBodies: leftOver.length };
}

async function hasSize(files: Files, path: string, sizeBytes: number): Promise<boolean> {
  const fd = await files.openToRead(path);
  try {
    return (await files.size(fd)) === sizeBytes;
  } finally {
    await files.close(fd);
  }
}

async function bytesAt(files: Files, fd: number, at: number, count: number): Promise<Buffer> {
  const bytes = Buffer.alloc(count);
  return bytes.subarray(0, await readUpTo(files, fd, bytes, at));
}

const noOpening: Opening = { cuts: [] };
/** An opening has some 30 bytes for each older segment that failed. */
const openingLimitBytes = 1_048_576;
