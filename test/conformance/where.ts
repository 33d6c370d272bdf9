// SPDX-License-Identifier: Apache-2.0
/** Where — the folder of test data and corpora of others, which is not part of this project: `SEKISHO_SHARED`, else `../shared`; and the files of a suite. */
import { existsSync } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';

export function sharedPath(...names: readonly string[]): string {
  return resolve(process.env.SEKISHO_SHARED ?? join(import.meta.dirname, '../../../shared'), ...names);
}

/** For `it`: the reason why a test is left out, or false if its data is there. */
export function skipWithout(path: string): string | false {
  return existsSync(path) ? false : `${path} is not here`;
}

/** A file as it is; of a folder, the files in it at any depth that end in one of these. */
export async function suiteFiles(path: string, ...endings: readonly string[]): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = await readdir(path, { recursive: true });
  return names
    .filter(name => endings.includes(extname(name)))
    .sort()
    .map(name => join(path, name));
}

/** Fails with the file's name and what is wrong with it. */
export async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is not JSON: ${reasonOf(cause)}`, { cause });
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
