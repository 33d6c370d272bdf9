// SPDX-License-Identifier: Apache-2.0
/** Load config — the configuration from the file that was named or from one of the usual places, as values or as what is wrong with it. */
import { constants, existsSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import type { Config } from '../config.ts';
import { describeFault, Fault } from '../core/faults.ts';
import type { Language } from '../core/sentence.ts';
import type { ReadConfig } from '../operation/cli/command.ts';
import { sayFault } from '../operation/cli/fault-words.ts';
import { readConfig, readToml, type Loaded } from '../operation/config-file.ts';
import { cannotRead } from '../operation/mistake.ts';

const usualConfigs = ['sekisho.toml', '/etc/sekisho/sekisho.toml'];

/** Fails with a `Mistake` if a file is named and not there. */
export async function loadNamed(given: string | undefined, language: Language): Promise<ReadConfig & Loaded<Config>> {
  await assertReadable(given);
  return loadConfig(given, language);
}

/** A file that a person named and that is not there is that person's mistake. */
export async function assertReadable(given: string | undefined, end = ''): Promise<void> {
  if (given === undefined) return;
  await access(given + end, constants.R_OK).catch((error: unknown) => {
    throw cannotRead(given, error);
  });
}

function readTomlOrNothing(text: string): unknown {
  const read = readToml(text);
  return read.ok ? read.value : {};
}

/** With `known` the file is not read: that is what stood in it. */
export async function loadConfig(
  given: string | undefined,
  language: Language,
  known?: string,
): Promise<ReadConfig & Loaded<Config>> {
  const path = given ?? usualConfigs.find(usual => existsSync(usual));
  const { configSchema } = await import('../config.ts');
  const text = known ?? (path === undefined ? '' : await readFile(path, 'utf8').catch(whyUnread(path, language)));
  if (typeof text !== 'string') return { path, text: '', problems: [text.why], value: undefined, written: {} };
  const read = readConfig(text, configSchema, language);
  if (!read.ok) return { path, text, problems: read.problems, value: undefined, written: {} };
  return {
    path,
    text,
    problems: [],
    value: read.value,
    config: read.value,
    written: readTomlOrNothing(text),
  };
}

function whyUnread(path: string, language: Language) {
  return (error: unknown): { readonly why: string } => {
    const known = cannotRead(path, error);
    return { why: known instanceof Fault ? sayFault(known, language) : describeFault(error) };
  };
}
