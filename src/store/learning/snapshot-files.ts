// SPDX-License-Identifier: Apache-2.0
/**
 * Snapshot files — states of views, one file each, in a folder beside the log: `filter-000000012000.snapshot`.
 * A file appears whole under its name by a rename after a sync. A file of another length, or one whose check sum is wrong, is as good as none.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { Fault } from '../../core/faults.ts';
import { isMissing } from '../files.ts';
import type { Snapshots } from './contract.ts';

const suffix = '.snapshot';
/** Check sum of the pieces, at the end of the file. */
const sumBytes = 4;
const chunkBytes = 2 ** 22;

export function fileSnapshots(folder: string): Snapshots {
  const pathOf = (view: string, n: number): string => join(folder, `${view}-${String(n).padStart(12, '0')}${suffix}`);
  return {
    async list(view) {
      const names = await readdir(folder).catch(noneIfAbsent);
      return names
        .filter(name => name.startsWith(`${view}-`) && name.endsWith(suffix))
        .map(name => Number(name.slice(view.length + 1, -suffix.length)))
        .filter(n => Number.isSafeInteger(n))
        .sort((a, b) => b - a);
    },
    async save(view, n, pieces) {
      const unfinished = join(folder, `${view}-${randomUUID()}.unfinished`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeWhole(unfinished, pieces);
        await rename(unfinished, pathOf(view, n));
      } catch (error) {
        await rm(unfinished, { force: true });
        throw new Fault('store-unreachable', { cause: error, detail: `snapshot ${n} in ${folder}` });
      }
    },
    async load(view, n, pieces) {
      const file = await open(pathOf(view, n)).catch(noneIfAbsent);
      if (!(file && 'read' in file)) return false;
      try {
        return await fill(file, pieces);
      } finally {
        await file.close();
      }
    },
    remove: (view, n) => rm(pathOf(view, n), { force: true }),
  };
}

async function writeWhole(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    let sum = 0;
    for (const chunk of chunksOf(pieces)) {
      sum = crc32(chunk, sum);
      for (let at = 0; at < chunk.length;) at += (await file.write(chunk, at)).bytesWritten;
    }
    await file.write(sumPiece(sum));
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function fill(file: FileHandle, pieces: readonly Uint8Array[]): Promise<boolean> {
  const wanted = pieces.reduce((sizeBytes, piece) => sizeBytes + piece.length, sumBytes);
  if ((await file.stat()).size !== wanted) return false;
  let sum = 0;
  for (const chunk of chunksOf(pieces)) {
    await readWhole(file, chunk);
    sum = crc32(chunk, sum);
  }
  const found = Buffer.alloc(sumBytes);
  await readWhole(file, found);
  return found.equals(sumPiece(sum));
}

/** A file that was cut meanwhile leaves zeros, which the check sum tells. */
async function readWhole(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length;) {
    const { bytesRead } = await file.read(piece, at);
    if (bytesRead === 0) return;
    at += bytesRead;
  }
}

/** Views on the pieces, small enough that summing one up holds nobody up. */
function* chunksOf(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += chunkBytes) yield piece.subarray(at, at + chunkBytes);
  }
}

function sumPiece(sum: number): Buffer {
  const piece = Buffer.alloc(sumBytes);
  piece.writeUInt32LE(sum);
  return piece;
}

function noneIfAbsent(error: unknown): never[] {
  if (isMissing(error)) return [];
  throw error;
}
