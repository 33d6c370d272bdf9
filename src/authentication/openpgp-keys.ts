// SPDX-License-Identifier: Apache-2.0
/**
 * OpenPGP keys — those of persons that an operator believes, from a folder of key files, armored or binary. The files are read at the start, the
 * library is loaded and the keys are made ready when the first signed message comes. Fails with `bad-configuration` if the folder cannot be read;
 * a file that holds no key is named in the log then, and the others count.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type * as Openpgp from 'openpgp';
import type { PublicKey } from 'openpgp';
import { describeFault, Fault } from '../core/faults.ts';
import type { Log } from '../core/log.ts';

declare module '../check/services.ts' {
  interface Services {
    /** Persons whose OpenPGP keys the operator believes. */
    readonly openpgpKeys: OpenpgpKeys;
  }
}

export type OpenpgpLibrary = typeof Openpgp;

export interface OpenpgpRing {
  readonly library: OpenpgpLibrary;
  /** Those that have this key id (hexadecimal), or a subkey of it. */
  find(keyId: string): readonly PublicKey[];
}

interface KeyFile {
  readonly path: string;
  readonly bytes: Buffer;
}

const filesAtMost = 2_000;
const bytesAtMost = 20_000_000;
const keysPerFile = 1_000;

export class OpenpgpKeys {
  readonly #log: Log;
  readonly #files: readonly KeyFile[];
  #ring: Promise<OpenpgpRing> | undefined;

  constructor(folder: string | undefined, log: Log) {
    this.#log = log;
    this.#files = folder === undefined ? [] : readFolder(folder);
  }

  /** Nobody is believed: nothing is to be loaded. */
  get isEmpty(): boolean {
    return this.#files.length === 0;
  }

  /** Made once. */
  ring(): Promise<OpenpgpRing> {
    return (this.#ring ??= this.#load());
  }

  async #load(): Promise<OpenpgpRing> {
    const library = await import('openpgp');
    const byId = new Map<string, PublicKey[]>();
    for (const file of this.#files) {
      for (const key of await this.#read(library, file)) {
        for (const id of new Set(key.getKeyIDs().map(one => one.toHex()))) {
          const same = byId.get(id);
          if (same) same.push(key);
          else byId.set(id, [key]);
        }
      }
      // Thousands of keys take a second: other sessions have their turn in between.
      await setImmediate();
    }
    return { library, find: keyId => byId.get(keyId) ?? [] };
  }

  async #read(library: OpenpgpLibrary, { path, bytes }: KeyFile): Promise<readonly PublicKey[]> {
    const isArmored = bytes.includes('-----BEGIN PGP');
    try {
      const keys = isArmored
        ? await library.readKeys({ armoredKeys: bytes.toString('latin1') })
        : await library.readKeys({ binaryKeys: bytes });
      return keys.slice(0, keysPerFile).map(key => key.toPublic());
    } catch (error) {
      this.#log.warn('key file not read', { path, reason: describeFault(error) });
      return [];
    }
  }
}

function readFolder(folder: string): readonly KeyFile[] {
  const bad = (detail: string, cause?: unknown): Fault =>
    new Fault('bad-configuration', { detail: `authentication.openpgp.keys: ${detail}`, cause });
  try {
    const names = readdirSync(folder).filter(name => /\.(?:asc|gpg|pgp|key|pub)$/i.test(name));
    if (names.length > filesAtMost) throw bad(`${folder} holds more than ${filesAtMost} key files`);
    const files = names.sort().map(name => ({ path: join(folder, name), bytes: readFileSync(join(folder, name)) }));
    if (files.reduce((sum, { bytes }) => sum + bytes.length, 0) > bytesAtMost)
      throw bad(`${folder} holds more than ${bytesAtMost / 1_000_000} MB of keys`);
    return files;
  } catch (error) {
    throw error instanceof Fault ? error : bad(`${folder} cannot be read`, error);
  }
}
