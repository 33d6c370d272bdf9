// SPDX-License-Identifier: Apache-2.0
/**
 * Folder — the files of a folder of rules, and the hash that names all folders of a configuration together. Fails with `bad-configuration` if a folder cannot be
 * read. Does not look into the files.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Fault } from '../../core/faults.ts';
import type { RuleFile } from '../../wire/rules/types.ts';

export interface RuleSettings {
  /** Whether our own rules are among them, before all others. */
  readonly own: boolean;
  readonly folders: readonly { readonly path: string; readonly mode: 'observe' | 'enforce' }[];
  readonly trusted: readonly string[];
  readonly scoreSet: 0 | 1 | 2 | 3;
}

export interface RuleFolder {
  readonly path: string;
  readonly mode: 'observe' | 'enforce';
  readonly files: readonly RuleFile[];
  readonly open?: (name: string, from: string) => RuleFile | undefined;
}

/** The `.cf` files of a folder, in the order of their names; `.pre` files before them. */
export function readRuleFolder({ path, mode }: RuleSettings['folders'][number]): RuleFolder {
  try {
    const names = readdirSync(path).filter(name => /\.(?:cf|pre)$/.test(name));
    const order = (name: string): string => (name.endsWith('.pre') ? `0${name}` : `1${name}`);
    names.sort((a, b) => (order(a) < order(b) ? -1 : 1));
    return {
      path,
      mode,
      files: names.map(name => ({ name, text: readFileSync(join(path, name), 'latin1') })),
      open: (name, from) => included(path, name, from),
    };
  } catch (cause) {
    throw new Fault('bad-configuration', { detail: `checks.rules.folders: ${path} cannot be read`, cause });
  }
}

/** Our own rules, which lie at the root of the package, beside `src` and `dist`. */
export function readOwnRules(): RuleFolder {
  return { ...readRuleFolder({ path: join(import.meta.dirname, '../../../rules'), mode: 'enforce' }), path: 'own' };
}

/** Of everything that decides which rules hit and what they weigh: two that say the same hit the same. */
export function hashOf(
  folders: readonly RuleFolder[],
  { trusted, scoreSet }: Pick<RuleSettings, 'trusted' | 'scoreSet'>,
): string {
  const hash = createHash('sha256').update(JSON.stringify([trusted, scoreSet]));
  for (const { path, mode, files } of folders) {
    hash.update(JSON.stringify([path, mode]));
    for (const { name, text } of files) hash.update(JSON.stringify([name, text]));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Files beside the one that names them, inside the folder; never another. */
function included(folder: string, name: string, from: string): RuleFile | undefined {
  const file = resolve(folder, dirname(from), name);
  if (!file.startsWith(`${resolve(folder)}/`)) return undefined;
  try {
    return { name: file.slice(resolve(folder).length + 1), text: readFileSync(file, 'latin1') };
  } catch {
    // The line that names it becomes a problem of the book.
    return undefined;
  }
}
