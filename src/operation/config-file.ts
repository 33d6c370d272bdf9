// SPDX-License-Identifier: Apache-2.0
/**
 * Config file — TOML text into checked settings, or sentences that say where it is wrong, what stands there, and what is allowed.
 * Never throws for what a person wrote; nothing of a bad file is used.
 */
import { parse as parseToml, TomlError } from 'smol-toml';
import type { z } from 'zod';
import { Fault } from '../core/faults.ts';

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly string[] };

/** A file that was read, whether it can be used or not. */
export interface Loaded<C> {
  readonly path: string | undefined;
  /** As it stood in the file; empty where there is none. */
  readonly text: string;
  readonly problems: readonly string[];
  /** Absent if the file cannot be used. */
  readonly config?: C;
}

/** Fails with `bad-configuration`, and what is wrong where. */
export function usable<C>({ path, text, problems, config }: Loaded<C>): { readonly config: C; readonly text: string } {
  if (config !== undefined) return { config, text };
  throw new Fault('bad-configuration', {
    detail: `${path ?? ''}\n${problems.map(problem => `  ${problem}`).join('\n')}`,
  });
}

export function readConfig<T extends z.ZodType>(text: string, schema: T): Read<z.output<T>> {
  const raw = readToml(text);
  if (!raw.ok) return raw;
  const result = schema.safeParse(raw.value);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, problems: result.error.issues.flatMap(issue => describe(issue, raw.value)) };
}

export function readToml(text: string): Read<unknown> {
  try {
    return { ok: true, value: parseToml(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what = 'not TOML'] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    return { ok: false, problems: [`line ${error.line}, column ${error.column}: ${what}`] };
  }
}

/** Where each value came from: the paths that stand in the file. */
export function pathsIn(value: unknown, prefix = ''): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [prefix];
  return Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, prefix ? `${prefix}.${key}` : key));
}

function describe(issue: z.core.$ZodIssue, raw: unknown): readonly string[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const where = path.length > 0 ? `[${path.join('.')}] ` : '';
    return issue.keys.map(
      key =>
        `${[...path, key].join('.')}: there is no such key${where ? ` in ${where.trim()}` : ''}; see sekisho config schema`,
    );
  }
  return [`${path.join('.') || 'the file'}: ${show(valueAt(raw, path))} is not allowed here; ${allowed(issue)}`];
}

/** Types as TOML calls them. */
const tomlWords: ReadonlyMap<string, string> = new Map([
  ['record', 'a table'],
  ['object', 'a table'],
  ['array', 'a list'],
  ['int', 'a whole number'],
]);

function allowed(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `expected ${issue.values.map(String).join(', ')}`;
    case 'invalid_type':
      return `expected ${tomlWords.get(issue.expected) ?? issue.expected}`;
    case 'too_small':
      return `expected at least ${issue.minimum}`;
    case 'too_big':
      return `expected at most ${issue.maximum}`;
    case 'invalid_union': {
      const each = issue.errors.map(inner =>
        inner
          .map(allowed)
          .join(' and ')
          .replace(/^expected /, ''),
      );
      return `expected ${each.filter(Boolean).join(' or ')}`;
    }
    case 'invalid_format':
    case 'not_multiple_of':
    case 'unrecognized_keys':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return issue.message;
  }
}

function valueAt(raw: unknown, path: readonly string[]): unknown {
  let at: unknown = raw;
  for (const key of path) at = typeof at === 'object' && at !== null ? new Map(Object.entries(at)).get(key) : undefined;
  return at;
}

function show(value: unknown): string {
  if (value === undefined) return 'a missing value';
  const text = JSON.stringify(value) ?? 'something';
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
