// SPDX-License-Identifier: Apache-2.0
/**
 * Key files — a file of JSON for each domain in a folder of its own, both for us alone (0600, 0700). A new file takes the old one's place whole
 * and synced; one writer at a time. A file is read again when it is another: a key made by a command is used by a running server at once.
 */
import { mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock, type Clock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import { isMissing, storeFault, systemFiles } from '../files.ts';
import { holdLock, lockFileName } from '../lock.ts';
import type { KeyStore, StoredKey } from './contract.ts';

/** A file name holds 255 octets. */
const longestDomain = 240;
const lockWaitMs = 5_000;

export function keyFiles(folder: string, clock: Pick<Clock, 'now'> = systemClock): KeyStore {
  return new KeyFiles(folder, clock);
}

interface Seen {
  readonly version: string;
  readonly keys: readonly StoredKey[];
}

interface Listed {
  readonly version: string;
  readonly domains: readonly string[];
}

/** Clocks of file systems are coarse: of two changes at nearly one instant the second would not be seen. */
const settledMs = 2_000;

class KeyFiles implements KeyStore {
  readonly #folder: string;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #seen = new Map<string, Seen>();
  #listed: Listed | undefined;

  constructor(folder: string, clock: Pick<Clock, 'now'>) {
    this.#folder = folder;
    this.#clock = clock;
  }

  async domains(): Promise<readonly string[]> {
    try {
      // Asked for every message that leaves: the folder is read again when it is another.
      const { ino, mtimeMs } = await stat(this.#folder);
      const version = `${ino} ${mtimeMs}`;
      if (this.#listed?.version === version) return this.#listed.domains;
      const names = await readdir(this.#folder);
      const domains = names.flatMap(name => (name.endsWith('.json') ? [name.slice(0, -5)] : [])).sort();
      const isSettled = this.#clock.now() - mtimeMs > settledMs;
      this.#listed = isSettled ? { version, domains } : undefined;
      return domains;
    } catch (error) {
      if (isMissing(error)) return [];
      throw storeFault(error, this.#folder);
    }
  }

  async keys(domain: string): Promise<readonly StoredKey[]> {
    // A domain from a message is no path: what is no name has no key.
    if (!isName(domain)) return [];
    const path = this.#pathOf(domain);
    try {
      const { ino, mtimeMs, size } = await stat(path);
      const version = `${ino} ${mtimeMs} ${size}`;
      const seen = this.#seen.get(domain);
      if (seen?.version === version) return seen.keys;
      const keys = parse(await readFile(path, 'utf8'), path);
      this.#seen.set(domain, { version, keys });
      return keys;
    } catch (error) {
      this.#seen.delete(domain);
      if (isMissing(error)) return [];
      throw storeFault(error, path);
    }
  }

  async change(
    domain: string,
    change: (keys: readonly StoredKey[]) => readonly StoredKey[],
  ): Promise<readonly StoredKey[]> {
    if (!isName(domain)) throw new Fault('bad-input', { detail: `${domain} is no domain that can have a key here` });
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw storeFault(error, this.#folder);
    }
    const lock = await holdLock(join(this.#folder, lockFileName), { waitMs: lockWaitMs });
    if (!lock) throw new Fault('store-unreachable', { detail: `${this.#folder}: another process changes keys` });
    try {
      const keys = change(await this.keys(domain));
      await this.#write(domain, keys);
      return keys;
    } catch (error) {
      throw storeFault(error, this.#pathOf(domain));
    } finally {
      lock.release();
    }
  }

  async #write(domain: string, keys: readonly StoredKey[]): Promise<void> {
    const path = this.#pathOf(domain);
    if (keys.length === 0) {
      await unlink(path).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
    } else {
      const temporary = join(this.#folder, `${domain}.tmp`);
      const file = await open(temporary, 'w', 0o600);
      try {
        await file.writeFile(`${JSON.stringify({ version: 1, keys }, null, 2)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    }
    await systemFiles.syncFolder(this.#folder);
    this.#seen.delete(domain);
  }

  #pathOf(domain: string): string {
    return join(this.#folder, `${domain}.json`);
  }
}

function isName(domain: string): boolean {
  return domain.length <= longestDomain && /^[a-z0-9_](?:[a-z0-9_-]|\.(?!\.|$))*$/.test(domain);
}

function parse(text: string, path: string): readonly StoredKey[] {
  const broken = (detail: string): Fault => new Fault('store-broken', { detail: `${path}: ${detail}` });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Without the engine's words: they quote what stands at the place, which may be a piece of a private key.
    throw broken('it is no JSON');
  }
  if (typeof value !== 'object' || value === null || !('version' in value) || !('keys' in value))
    throw broken('it holds no keys');
  if (value.version !== 1) throw new Fault('store-newer', { detail: path });
  if (!Array.isArray(value.keys) || !value.keys.every(isKey)) throw broken('one of its keys is not whole');
  return value.keys;
}

function isKey(value: unknown): value is StoredKey {
  if (typeof value !== 'object' || value === null) return false;
  const of = new Map<string, unknown>(Object.entries(value));
  const algorithm = of.get('algorithm');
  return (
    (algorithm === 'rsa-sha256' || algorithm === 'ed25519-sha256') &&
    ['selector', 'privateKey', 'publicKey'].every(name => typeof of.get(name) === 'string') &&
    ['madeAt', 'signsFrom'].every(name => typeof of.get(name) === 'number')
  );
}
