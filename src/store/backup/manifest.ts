// SPDX-License-Identifier: Apache-2.0
/** Manifest — what a backup holds: every file with its size and the sum of its bytes, and the schema of every database. Written last: without one there is no backup. */
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault, describeFault } from '../../core/faults.ts';
import { syncFolder } from './copy.ts';

export interface CopiedFile {
  /** Relative to the data folder, `/` between. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Of a database. */
  readonly schema?: number;
}

export interface Manifest {
  /** Unix milliseconds: what was accepted before it began is in it. */
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly files: readonly CopiedFile[];
}

export const manifestName = 'manifest.json';
const format = 1;

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const path = join(folder, manifestName);
  const file = await open(`${path}.tmp`, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ program: 'sekisho', format, ...manifest }, undefined, 1)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.tmp`, path);
  await syncFolder(folder);
}

/** Throws Fault `bad-input` if there is none or it is none of ours. */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, manifestName);
  const bad = (detail: string, cause?: unknown): Fault =>
    new Fault('bad-input', { detail: `${path}: ${detail}`, cause });
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw bad(`no backup is there (${describeFault(cause)})`, cause);
  });
  const found = jsonOf(text);
  if (!isRecord(found) || found['program'] !== 'sekisho') throw bad('this is no list of a backup');
  if (found['format'] !== format)
    throw new Fault('store-newer', {
      detail: `${path} has format ${String(found['format'])}, this program knows ${format}`,
    });
  const { startedAt, finishedAt, files } = found;
  if (typeof startedAt !== 'number' || typeof finishedAt !== 'number' || !Array.isArray(files)) {
    throw bad('this is no list of a backup');
  }
  return {
    startedAt,
    finishedAt,
    files: files.map((file: unknown) => {
      if (isCopiedFile(file)) return file;
      throw bad(`an entry cannot be used: ${JSON.stringify(file).slice(0, 200)}`);
    }),
  };
}

function isCopiedFile(value: unknown): value is CopiedFile {
  return (
    isRecord(value) &&
    typeof value['path'] === 'string' &&
    // Restored by this name: never outside the folder.
    !value['path'].split('/').some(part => part === '' || part === '.' || part === '..' || part.includes('\0')) &&
    typeof value['sizeBytes'] === 'number' &&
    typeof value['sha256'] === 'string'
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Told with the path by who reads.
    return describeFault(error);
  }
}
