// SPDX-License-Identifier: Apache-2.0
/** Maildirs — what lies in a Maildir, read as it is: each file once, from new/ and cur/. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function maildirFiles(path: string): Promise<string[]> {
  const lists = await Promise.all(
    ['new', 'cur'].map(async part =>
      (await readdir(join(path, part)).catch(() => [])).map(name => join(path, part, name)),
    ),
  );
  return lists.flat().sort();
}

export async function maildirMessages(path: string): Promise<Buffer[]> {
  return Promise.all((await maildirFiles(path)).map(file => readFile(file)));
}
