// SPDX-License-Identifier: Apache-2.0
/**
 * Secret file — one line for each secret: its number, since when, and its bytes; readable by us alone (0600). A new file takes the old one's
 * place whole and synced, so that no crash leaves half a secret. Fails with `store-broken` if the file is there and cannot be read as one.
 */
import { readFileSync, statSync } from 'node:fs';
import { link, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { errorCode, Fault } from '../../core/faults.ts';
import type { Random } from '../../core/random.ts';
import { isMissing, storeFault, systemFiles } from '../files.ts';
import type { Secret, SecretStore } from './contract.ts';
import { renewed } from './kept.ts';

const lookAgainMs = 1_000;
/** Who has been writing for so long is dead. */
const abandonedMs = 60_000;

export async function openSecretFile(path: string, clock: Clock, random: Random): Promise<SecretStore> {
  const file = new SecretFile(path, clock, random);
  await file.make();
  return file;
}

class SecretFile implements SecretStore {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #random: Random;
  #secrets: readonly Secret[] = [];
  #version = '';
  #lookedAt = -Infinity;

  constructor(path: string, clock: Clock, random: Random) {
    this.#path = path;
    this.#clock = clock;
    this.#random = random;
  }

  /** Whoever comes first makes the file; the others read it. */
  async make(): Promise<void> {
    try {
      await stat(this.#path);
    } catch (error) {
      if (!isMissing(error)) throw storeFault(error, this.#path);
      const own = `${this.#path}.${this.#random.bytes(8).toString('hex')}`;
      await write(own, renewed([], 0, this.#clock, this.#random));
      await link(own, this.#path).catch((cause: unknown) => {
        if (errorCode(cause) !== 'EEXIST') throw storeFault(cause, this.#path);
      });
      await unlink(own);
      await this.#syncFolder();
    }
    this.all(true);
  }

  all(isFresh = false): readonly Secret[] {
    const now = this.#clock.monotonic();
    if (!isFresh && now - this.#lookedAt < lookAgainMs) return this.#secrets;
    this.#lookedAt = now;
    try {
      const { ino, mtimeMs, size } = statSync(this.#path);
      const version = `${ino} ${mtimeMs} ${size}`;
      if (version === this.#version) return this.#secrets;
      this.#secrets = readSecrets(readFileSync(this.#path, 'utf8'), this.#path);
      this.#version = version;
    } catch (error) {
      // What was read before still holds; without any there is nothing to go on with.
      if (this.#secrets.length === 0) throw error instanceof Fault ? error : storeFault(error, this.#path);
    }
    return this.#secrets;
  }

  async rotate(keptMs: number): Promise<void> {
    const next = `${this.#path}.next`;
    const before = this.all(true)[0]?.number;
    await this.#clear(next);
    try {
      await write(next, renewed(this.all(true), keptMs, this.#clock, this.#random));
    } catch (error) {
      // Another process is making one just now: that is ours too.
      if (errorCode(error) === 'EEXIST') return;
      throw storeFault(error, this.#path);
    }
    if (this.all(true)[0]?.number === before) await rename(next, this.#path);
    else await unlink(next);
    await this.#syncFolder();
    this.all(true);
  }

  async #syncFolder(): Promise<void> {
    const folder = dirname(this.#path);
    await systemFiles.syncFolder(folder).catch((error: unknown) => {
      throw storeFault(error, folder);
    });
  }

  async #clear(path: string): Promise<void> {
    try {
      const { mtimeMs } = await stat(path);
      if (Math.abs(this.#clock.now() - mtimeMs) > abandonedMs) await unlink(path);
    } catch (error) {
      if (!isMissing(error)) throw storeFault(error, path);
    }
  }
}

/** A new file; none is left where it cannot be written whole, which others would wait for. */
async function write(path: string, secrets: readonly Secret[]): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    const lines = secrets.map(({ number, since, bytes }) => `${number} ${since} ${bytes.toString('base64url')}\n`);
    await file.writeFile(lines.join(''));
    await file.sync();
  } catch (error) {
    await unlink(path).catch(() => {});
    throw error;
  } finally {
    await file.close();
  }
}

function readSecrets(text: string, path: string): readonly Secret[] {
  const secrets = text
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      const [, number, since, bytes = ''] = /^(\d{1,9}) (\d{1,15}) ([A-Za-z0-9_-]{43})$/.exec(line) ?? [];
      if (number === undefined) throw new Fault('store-broken', { detail: `${path}: a line is no secret of ours` });
      return { number: Number(number), since: Number(since), bytes: Buffer.from(bytes, 'base64url') };
    });
  if (secrets.length === 0) throw new Fault('store-broken', { detail: `${path} is empty` });
  return secrets;
}
