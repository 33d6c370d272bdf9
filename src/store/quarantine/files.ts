// SPDX-License-Identifier: Apache-2.0
/**
 * Quarantine files — the messages' bytes, a file each, in folders by two signs of chance from the id; whole under their name or not there at all.
 * Errors of the disk are `disk-full` or `store-unreachable`; bytes that should be there and are not are `store-broken`.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../core/faults.ts';
import { isMissing, storeFault } from '../files.ts';
import { quarantineIdPattern } from './contract.ts';

export class QuarantineFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** On disk, with its name, when it resolves; the size in bytes. */
  async write(id: string, message: AsyncIterable<Buffer>): Promise<number> {
    const folder = this.#folderOf(id);
    const unfinished = join(folder, `${id}.${randomUUID()}.tmp`);
    try {
      // The names of new folders are synced too: a file is not there if the way to it is not.
      if ((await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined) await syncFolder(this.#folder);
      const sizeBytes = await writeWhole(unfinished, message);
      await rename(unfinished, join(folder, `${id}.eml`));
      await syncFolder(folder);
      return sizeBytes;
    } catch (error) {
      await removeIfThere(unfinished);
      throw storeFault(error, `quarantine ${id}`);
    }
  }

  async *read(id: string): AsyncIterable<Buffer> {
    try {
      for await (const chunk of createReadStream(this.#pathOf(id))) yield chunk as Buffer;
    } catch (error) {
      if (isMissing(error))
        throw new Fault('store-broken', { cause: error, detail: `the message of quarantine ${id} is gone` });
      throw storeFault(error, `quarantine ${id}`);
    }
  }

  async remove(id: string): Promise<void> {
    await removeIfThere(this.#pathOf(id));
  }

  /** Removes files no entry owns (a kill came between file and entry), but none changed at `since` or later: its entry may be on its way. */
  async removeOrphans(isOwned: (id: string) => boolean, since: number): Promise<number> {
    let removed = 0;
    for (const shard of await namesIn(this.#folder)) {
      if (!/^[0-9a-z-]{1,2}$/.test(shard)) continue;
      for (const name of await namesIn(join(this.#folder, shard))) {
        const id = /^([0-9a-z-]+)\.(?:eml|[0-9a-f-]{36}\.tmp)$/.exec(name)?.[1];
        if (id === undefined || (name.endsWith('.eml') && isOwned(id))) continue;
        const path = join(this.#folder, shard, name);
        if ((await stat(path)).mtimeMs >= since) continue;
        await removeIfThere(path);
        removed += 1;
      }
    }
    return removed;
  }

  #pathOf(id: string): string {
    return join(this.#folderOf(id), `${id}.eml`);
  }

  #folderOf(id: string): string {
    // An id becomes a path: nothing else may.
    if (!quarantineIdPattern.test(id)) throw new Fault('bad-input', { detail: `quarantine id ${JSON.stringify(id)}` });
    // A queue id begins with the time, the same for weeks, and ends with chance.
    const [queueId = id] = id.split('-');
    return join(this.#folder, queueId.slice(-2));
  }
}

async function writeWhole(path: string, message: AsyncIterable<Buffer>): Promise<number> {
  const file = await open(path, 'wx', 0o600);
  try {
    let sizeBytes = 0;
    for await (const chunk of message) {
      await file.writeFile(chunk);
      sizeBytes += chunk.length;
    }
    await file.sync();
    return sizeBytes;
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!isMissing(error)) throw storeFault(error, path);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw storeFault(error, folder);
  }
}
