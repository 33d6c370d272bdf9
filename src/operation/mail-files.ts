// SPDX-License-Identifier: Apache-2.0
/**
 * Mail files — the files of a folder that may hold mail, at any depth, sorted by name.
 * Links to files count; links to folders are not followed, as they may lead in a circle.
 */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

export async function mailFilesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() || (entry.isSymbolicLink() && (await isFileBehind(path)))) files.push(path);
  }
  const all = new Set(files);
  return files.filter(file => isMail(relative(folder, file), all.has(`${file.slice(0, -5)}.txt`))).sort();
}

/** Maildir's tmp holds unfinished mail, Dovecot's files none; a `.json` beside a `.txt` is its twin. */
function isMail(file: string, hasText: boolean): boolean {
  const name = basename(file);
  if (name.startsWith('.') || name.startsWith('dovecot') || basename(dirname(file)) === 'tmp') return false;
  return !(name.endsWith('.json') && hasText);
}

async function isFileBehind(link: string): Promise<boolean> {
  try {
    return (await stat(link)).isFile();
  } catch {
    return false; // leads nowhere
  }
}
