// SPDX-License-Identifier: Apache-2.0
/**
 * Config file — TOML text into checked settings, or sentences that say where it is wrong, what stands there, and what is allowed.
 * Never throws for what a person wrote; nothing of a bad file is used.
 */
import { parse as parseToml, TomlError } from 'smol-toml';
import { z } from 'zod';
import { describeFault, Fault } from '../core/faults.ts';
import { fill, type Language } from '../core/sentence.ts';
import { describeProblem } from './config-problems.ts';

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

export function readConfig<T extends z.ZodType>(text: string, schema: T, language: Language = 'en'): Read<z.output<T>> {
  return checked(readToml(text, language), schema, language);
}

/** Checks what was read against a schema; `keysAt` says where all keys are listed. */
export function checked<T extends z.ZodType>(
  raw: Read<unknown>,
  schema: T,
  language: Language,
  keysAt?: string,
): Read<z.output<T>> {
  if (!raw.ok) return raw;
  const result = schema.safeParse(raw.value);
  if (result.success) return { ok: true, value: result.data };
  const parts = { written: raw.value, schema: inputSchema(schema), language, keysAt };
  return { ok: false, problems: result.error.issues.flatMap(issue => describeProblem(issue, parts)) };
}

/** The JSON Schema of what a file may hold. */
export function inputSchema(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
}

export function readToml(text: string, language: Language = 'en'): Read<unknown> {
  try {
    return { ok: true, value: parseToml(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what = 'not TOML'] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    const where = { en: 'line {line}, column {column}: {what}', ja: '{line} 行目 {column} 文字目: {what}' };
    return { ok: false, problems: [fill(where, { line: error.line, column: error.column, what }, language)] };
  }
}

export function readJson(text: string): Read<unknown> {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, problems: [`JSON: ${describeFault(error)}`] };
  }
}
