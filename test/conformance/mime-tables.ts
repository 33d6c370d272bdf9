// SPDX-License-Identifier: Apache-2.0
/** MIME tables — header values and what is to be read in them: addresses, dates, message ids, Received, types, plain text. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseMessage } from '../../src/wire/mime/parse.ts';
import { parseDate } from '../../src/wire/mime/date.ts';
import { parseMessageIds } from '../../src/wire/mime/message-ids.ts';
import type { HeaderField } from '../../src/wire/mime/types.ts';
import {
  addressDifference,
  dateDifference,
  receivedDifference,
  textDifference,
  typeDifference,
  type ExpectedAddresses,
  type ExpectedDate,
  type ExpectedReceived,
  type ExpectedType,
} from './mime/fields.ts';
import { knownTableGaps } from './mime/gaps.ts';
import type { Miss, Outcome } from './run.ts';
import { readJson, reasonOf, suiteFiles } from './where.ts';

interface Case<Expected> {
  readonly header: string;
  readonly expected: Expected;
}

export const folder = 'mime/resources';

const tables: Readonly<Record<string, (field: HeaderField, expected: unknown) => string | undefined>> = {
  address: (field, expected) => addressDifference(field.raw, expected as ExpectedAddresses),
  content_type: (field, expected) => typeDifference(field, tupled(expected)),
  date: (field, expected) => dateDifference(parseDate(field.raw)?.at, expected as ExpectedDate | null),
  id: (field, expected) =>
    textDifference(parseMessageIds(field.raw).join(' '), ((expected ?? []) as string[]).join(' ')),
  received: (field, expected) => receivedDifference(field.raw, expected as ExpectedReceived),
  unstructured: (field, expected) => textDifference(squeeze(field.text), squeeze(expected as string)),
};

/** `path` is one table, or a folder that holds some at any depth; the file's name begins with its table's. */
export async function run(path: string): Promise<Outcome> {
  const isFolder = (await stat(path)).isDirectory();
  const misses: Miss[] = [];
  let total = 0;
  for (const file of await suiteFiles(path, '.json')) {
    const name = tableOf(file);
    const compare = name === undefined ? undefined : tables[name];
    if (!compare) {
      if (isFolder) continue;
      throw new Error(
        `${file} is no table that is read here; its name must begin with one of ${Object.keys(tables).join(', ')}`,
      );
    }
    const cases = await readJson(file);
    if (!Array.isArray(cases)) throw new Error(`${file} is no list of cases`);
    total += cases.length;
    for (const [i, one] of (cases as Case<unknown>[]).entries()) {
      const why = differenceOf(one, compare);
      if (why === undefined) continue;
      const known = knownTableGaps.find(gap => `${gap.table}.json` === basename(file) && gap.cases.includes(i))?.why;
      misses.push({ name: `${basename(file, '.json')} ${i}`, why, ...(known === undefined ? {} : { known }) });
    }
  }
  return { passed: total - misses.length, total, misses };
}

const tableOf = (file: string): string | undefined =>
  Object.keys(tables).find(name => new RegExp(`^${name}(?![a-z])`, 'i').test(basename(file)));

function differenceOf(one: Case<unknown>, compare: (field: HeaderField, expected: unknown) => string | undefined) {
  try {
    const why = compare(fieldOf(one.header), one.expected);
    return why === undefined ? undefined : `${JSON.stringify(one.header.slice(0, 90))}: ${why}`;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Read as the only field of a message: values end where their field does. */
function fieldOf(header: string): HeaderField {
  const { headers } = parseMessage(Buffer.from(`Value: ${header.trim()}\r\n\r\n`));
  const [field] = headers.fields;
  if (!field) throw new Error('a field was lost');
  return field;
}

function tupled(expected: unknown): ExpectedType {
  const type = expected as { c_type: string; c_subtype: string | null; attributes: [string, string][] | null } | null;
  return {
    c_type: type?.c_type ?? '',
    c_subtype: type?.c_subtype ?? null,
    attributes: type?.attributes?.map(([name, value]) => ({ name, value })) ?? null,
  };
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
