// SPDX-License-Identifier: Apache-2.0
/** Given files — what stands in the files, folders and standard input (`-`) that a person named. One that is not there is that person's mistake. */
import { readFile, stat } from 'node:fs/promises';
import { mailFilesIn } from '../mail-files.ts';
import { cannotRead } from '../mistake.ts';
import type { Context } from './command.ts';

/** In the order given, one at a time in memory; mbox files are not split here. */
export async function* filesIn(
  paths: readonly string[],
  context: Pick<Context, 'input'>,
): AsyncGenerator<{ readonly name: string; readonly bytes: Buffer }> {
  for (const path of paths) {
    if (path === '-') {
      yield { name: '-', bytes: await context.input() };
      continue;
    }
    const isFolder = (await given(path, () => stat(path))).isDirectory();
    for (const file of isFolder ? await given(path, () => mailFilesIn(path)) : [path])
      yield { name: file, bytes: await given(file, () => readFile(file)) };
  }
}

async function given<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw cannotRead(path, error);
  }
}
