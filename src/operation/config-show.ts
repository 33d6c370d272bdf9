// SPDX-License-Identifier: Apache-2.0
/**
 * Config show — every value in force, one a line, as TOML that can be read back: `server.drain = "30s"`, in the words of the file or of the default.
 * A key that has no value (a file that is not named) has no line.
 */
import { isSchema, type Schema } from './config-schema.ts';

export interface ShownValue {
  /** As TOML writes it: `checks.spf.mode`. */
  readonly key: string;
  /** In the words of the file. */
  readonly value: unknown;
  /** Whether it stands in the file. */
  readonly isSet: boolean;
}

/** `written` is what stands in the file, `value` what it was read into. */
export function showConfig(written: unknown, value: unknown, schema: unknown): readonly ShownValue[] {
  return isSchema(schema) ? leaves({ written: written ?? {}, value, schema, path: [] }) : [];
}

/** A value as TOML writes it, on one line. */
export function tomlOf(value: unknown): string {
  if (typeof value === 'string') return stringInToml(value);
  if (Array.isArray(value)) return `[${value.map(tomlOf).join(', ')}]`;
  if (isSchema(value)) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined);
    return entries.length === 0
      ? '{}'
      : `{ ${entries.map(([key, one]) => `${keyInToml(key)} = ${tomlOf(one)}`).join(', ')} }`;
  }
  return Object.is(value, -0) ? '-0.0' : String(value);
}

interface Place {
  readonly written: unknown;
  readonly value: unknown;
  readonly schema: Schema;
  readonly path: readonly string[];
}

function leaves({ written, value, schema, path }: Place): readonly ShownValue[] {
  const inForce = written ?? schema['default'];
  if (inForce === undefined) return [];
  if (schema['type'] !== 'object') return [{ key: keyOf(path), value: inForce, isSet: written !== undefined }];
  const { properties } = schema;
  if (!isSchema(properties)) return entries(written, { ...builtIn(value), ...tableOf(inForce) }, path);
  return Object.entries(properties).flatMap(([key, one]) =>
    isSchema(one)
      ? leaves({ written: tableOf(written)[key], value: tableOf(value)[key], schema: one, path: [...path, key] })
      : [],
  );
}

/** A table that may have any keys; one that the file empties has a line of its own. */
function entries(written: unknown, inForce: Schema, path: readonly string[]): readonly ShownValue[] {
  if (written !== undefined && Object.keys(inForce).length === 0) return [{ key: keyOf(path), value: {}, isSet: true }];
  return Object.entries(inForce).map(([key, value]) => ({
    key: keyOf([...path, key]),
    value,
    isSet: Object.hasOwn(tableOf(written), key),
  }));
}

/** Words that are in force though neither the file nor a default of the schema has them. */
function builtIn(value: unknown): Schema {
  return Object.fromEntries(Object.entries(tableOf(value)).filter(([, one]) => typeof one === 'string'));
}

function tableOf(value: unknown): Schema {
  return isSchema(value) ? value : {};
}

function keyOf(path: readonly string[]): string {
  return path.map(keyInToml).join('.');
}

function keyInToml(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : stringInToml(key);
}

/** What JSON leaves as it is and TOML or a terminal does not take stands as its number. */
function stringInToml(text: string): string {
  return JSON.stringify(text).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    sign => `\\U${(sign.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`,
  );
}
