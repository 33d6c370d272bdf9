// SPDX-License-Identifier: Apache-2.0
/** Config schema — what the JSON Schema of the configuration says of one place in it. */

export type Schema = Readonly<Record<string, unknown>>;

/** The schema of what stands at that path; undefined where the schema knows no such place. */
export function schemaAt(schema: unknown, path: readonly string[]): Schema | undefined {
  let at = isSchema(schema) ? schema : undefined;
  for (const key of path) at = at && inner(at, key);
  return at;
}

/** The schema of a key of a table or of an entry of a list. */
export function inner(schema: Schema, key: string): Schema | undefined {
  const { properties, items, additionalProperties } = schema;
  const own = isSchema(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined;
  const found = own ?? (isSchema(items) ? items : additionalProperties);
  return isSchema(found) ? found : undefined;
}

/** The words that may stand there in place of anything else: `auto`, `never`. */
export function wordsOf(schema: Schema | undefined): readonly string[] {
  const alternatives = schema?.['anyOf'];
  if (!Array.isArray(alternatives)) return [];
  return alternatives.flatMap((one: unknown) =>
    isSchema(one) && typeof one['const'] === 'string' ? [one['const']] : [],
  );
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
