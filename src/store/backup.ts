// SPDX-License-Identifier: Apache-2.0
/**
 * Backup — a copy of a whole data folder while the server runs, and a data folder from such a copy.
 * Order makes it whole: first the queues, then what messages go into. A message accepted before the backup began is in the copied queue, or has
 * left it for a place that is copied later; one that is in both is known again by its id, and is delivered once.
 * Both refuse a target that is not empty (`bad-input`), and read back what they wrote before they say it is there.
 */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { systemClock, type Clock } from '../core/clock.ts';
import { Fault } from '../core/faults.ts';
import { copyDatabase } from './backup/database.ts';
import { copyFile, syncFolder } from './backup/copy.ts';
import { readManifest, writeManifest, type CopiedFile } from './backup/manifest.ts';
import { copyQueues } from './backup/queues.ts';
import { filesUnder } from './backup/tree.ts';
import { isMissing, storeFault } from './files.ts';
import { unfinishedRestoreName } from './folder.ts';

export interface Copied {
  readonly files: number;
  readonly sizeBytes: number;
}

export interface BackupOptions {
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

/** Passes over folders whose files move (Maildir) until nothing is found that was there from the start. */
const passes = 10;
/** Another machine's disk may have another clock. */
const slackMs = 10_000;

/** Copies `dataFolder` to `target`. A file that a user or the server removes meanwhile may be in it or not. */
export async function backup(
  dataFolder: string,
  target: string,
  { clock = systemClock, signal }: BackupOptions = {},
): Promise<Copied> {
  if (isInside(target, dataFolder)) {
    throw new Fault('bad-input', { detail: `${target} is inside the data folder ${dataFolder}` });
  }
  return speakingFaults(target, async () => {
    await mustBeEmpty(target);
    const startedAt = clock.now();
    const files = new Map<string, CopiedFile>();
    const keep = (file: CopiedFile | undefined): void => void (file && files.set(file.path, file));
    for (const file of await copyQueues(dataFolder, target, signal)) keep(file);
    const queuesCopiedAt = await instantOf(target);
    const names = await filesUnder(dataFolder);
    // A snapshot stands for entries of the log: copied before it, none can be ahead of it.
    for (const name of names.filter(isSnapshot)) keep(await copyFile(dataFolder, target, name, signal));
    for (const name of names.filter(isDatabase)) keep(await copyDatabase(dataFolder, target, name, signal));
    for (let pass = 0; pass < passes; pass += 1) {
      // A Maildir's message changes its name when it is read, and may be listed under neither: looked for until all are found.
      const fresh = (await filesUnder(dataFolder)).filter(name => !files.has(name) && isPlain(name));
      // What comes while we copy is not ours to copy: on a busy server each pass would be longer than the one before.
      const wanted = pass === 0 ? fresh : await writtenBefore(dataFolder, fresh, queuesCopiedAt + slackMs);
      for (const name of wanted) keep(await copyFile(dataFolder, target, name, signal));
      if (pass > 0 && wanted.length === 0) break;
    }
    const all = [...files.values()];
    await syncFolders(target, all);
    await writeManifest(target, { startedAt, finishedAt: clock.now(), files: all });
    return sum(all);
  });
}

/** Fills `dataFolder`, which must be empty or not there, from a backup. Every file is compared with what the backup's manifest says first. */
export async function restore(source: string, dataFolder: string, signal?: AbortSignal): Promise<Copied> {
  return speakingFaults(dataFolder, async () => {
    const { files } = await readManifest(source);
    await mustBeEmpty(dataFolder);
    const mark = join(dataFolder, unfinishedRestoreName);
    await writeFile(mark, 'A restore is filling this folder.\n', { mode: 0o600, flush: true });
    await syncFolder(dataFolder);
    for (const expected of files) {
      const file = await copyFile(source, dataFolder, expected.path, signal);
      if (file?.sha256 !== expected.sha256) {
        throw new Fault('store-broken', {
          detail: `${join(source, expected.path)} ${file ? 'is not what was backed up' : 'is missing'}; nothing of ${dataFolder} can be used`,
        });
      }
    }
    // Everything is on disk, with its name, before a server may start on it.
    await syncFolders(dataFolder, files);
    await rm(mark);
    await syncFolder(dataFolder);
    return sum(files);
  });
}

function isDatabase(name: string): boolean {
  return name.endsWith('.db');
}

function isSnapshot(name: string): boolean {
  return /(^|\/)[^/]+\.snapshots\//.test(name);
}

function isPlain(name: string): boolean {
  return !isDatabase(name) && !isSnapshot(name) && !name.startsWith('queue/');
}

function isInside(path: string, folder: string): boolean {
  const way = relative(resolve(folder), resolve(path));
  return way === '' || !/^\.\.(\/|$)/.test(way);
}

/** Now, by the clock that dates files. */
async function instantOf(folder: string): Promise<number> {
  const mark = join(folder, 'mark.tmp');
  await writeFile(mark, '');
  const { mtimeMs } = await stat(mark);
  await rm(mark);
  return mtimeMs;
}

async function writtenBefore(folder: string, names: readonly string[], instant: number): Promise<readonly string[]> {
  const written: string[] = [];
  for (const name of names) {
    const found = await stat(join(folder, name)).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (found && found.mtimeMs <= instant) written.push(name);
  }
  return written;
}

async function mustBeEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [name] = await readdir(folder);
  if (name !== undefined) throw new Fault('bad-input', { detail: `${folder} is not empty: it has ${name}` });
}

async function syncFolders(root: string, files: readonly CopiedFile[]): Promise<void> {
  for (const folder of new Set(files.map(file => dirname(file.path)))) await syncFolder(join(root, folder));
}

function sum(files: readonly CopiedFile[]): Copied {
  return { files: files.length, sizeBytes: files.reduce((total, file) => total + file.sizeBytes, 0) };
}

async function speakingFaults<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isMissing(error)) throw new Fault('bad-input', { cause: error, detail: `${String(error.path)} is not there` });
    throw storeFault(error, place);
  }
}
