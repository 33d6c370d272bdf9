// SPDX-License-Identifier: Apache-2.0
/**
 * Maildir folders — makes tmp, new and cur where they are missing, so that they outlive a power cut; knows which it has made.
 * Fails with what the file system says. Folders are 0700: mail is its owner's.
 */
import { mkdir, open, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from '../../core/faults.ts';

/** Beyond this many the set of known folders begins anew: a look at the disk is cheap, memory is not endless. */
const knownLimit = 10_000;

export class MaildirFolders {
  readonly #known = new Set<string>();

  /** Makes the Maildir at `path` unless it is there. `isSub`: a Maildir++ folder such as `.Junk`, which carries a mark. */
  async ensure(path: string, isSub: boolean): Promise<void> {
    if (this.#known.has(path)) return;
    await makeDurable(path);
    // tmp is made last and its presence asked first by nobody: a half-made Maildir is completed here whatever is missing.
    for (const name of ['cur', 'new', 'tmp']) await mkdir(join(path, name), { mode: 0o700, recursive: true });
    if (isSub) await writeFile(join(path, 'maildirfolder'), '', { mode: 0o600, flag: 'a' });
    await syncFolder(path);
    if (this.#known.size >= knownLimit) this.#known.clear();
    this.#known.add(path);
  }

  /** The folder was found missing: somebody took it away since. */
  forget(path: string): void {
    this.#known.delete(path);
  }
}

/** Makes a folder and its missing parents, each synced into the folder above it. */
async function makeDurable(path: string): Promise<void> {
  const isThere = await stat(path).then(
    found => found.isDirectory(),
    (error: unknown) => {
      if (errorCode(error) === 'ENOENT') return false;
      throw error;
    },
  );
  if (isThere) return;
  await makeDurable(dirname(path));
  await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
  await syncFolder(dirname(path));
}

/** Makes the names in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
