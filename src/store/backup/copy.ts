// SPDX-License-Identifier: Apache-2.0
/** Copy — one file, up to the length it has when it is opened, synced, with its time and the sum of its bytes. */
import { createHash } from 'node:crypto';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMissing } from '../files.ts';
import type { CopiedFile } from './manifest.ts';

const chunkBytes = 262_144;

/** The copy; undefined if the file has gone. */
export async function copyFile(
  from: string,
  to: string,
  path: string,
  signal?: AbortSignal,
): Promise<CopiedFile | undefined> {
  let file: FileHandle;
  try {
    file = await open(join(from, path), 'r');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return await copyOpen(file, to, path, signal);
  } finally {
    await file.close();
  }
}

export async function copyOpen(file: FileHandle, to: string, path: string, signal?: AbortSignal): Promise<CopiedFile> {
  const { size, mtime } = await file.stat();
  await makeFolders(to, dirname(path));
  const copy = await open(join(to, path), 'wx', 0o600);
  try {
    const sum = createHash('sha256');
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(size, 1)));
    let at = 0;
    while (at < size) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, size - at), at);
      // Cut meanwhile: what is there is what there is.
      if (bytesRead === 0) break;
      const chunk = buffer.subarray(0, bytesRead);
      sum.update(chunk);
      await copy.writeFile(chunk);
      at += bytesRead;
    }
    // Maildirs tell by it when a message came.
    await copy.utimes(mtime, mtime);
    await copy.sync();
    return { path, sizeBytes: at, sha256: sum.digest('hex') };
  } finally {
    await copy.close();
  }
}

export async function sumOf(path: string): Promise<{ readonly sizeBytes: number; readonly sha256: string }> {
  const file = await open(path, 'r');
  try {
    const sum = createHash('sha256');
    let sizeBytes = 0;
    for await (const chunk of file.createReadStream({ autoClose: false })) {
      sum.update(chunk as Buffer);
      sizeBytes += (chunk as Buffer).length;
    }
    return { sizeBytes, sha256: sum.digest('hex') };
  } finally {
    await file.close();
  }
}

/** Private folders, and their names on disk. */
export async function makeFolders(root: string, path: string): Promise<void> {
  const made = await mkdir(join(root, path), { recursive: true, mode: 0o700 });
  if (made !== undefined) await syncFolder(dirname(made));
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
