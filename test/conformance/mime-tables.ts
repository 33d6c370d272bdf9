// SPDX-License-Identifier: Apache-2.0
/** MIME tables — header values and what is to be read in them: addresses, dates, message ids, Received, types, plain text, lists of words. */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
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

/** `path` is one table, or the folder of them all. */
export async function run(path: string): Promise<Outcome> {
  const isFolder = (await stat(path)).isDirectory();
  const root = isFolder ? path : dirname(path);
  const names = isFolder ? Object.keys(tables) : [basename(path, '.json')];
  const misses: Miss[] = [];
  let total = 0;
  for (const name of names) {
    const file = join(root, `${name}.json`);
    const compare = tables[name];
    if (!compare || !existsSync(file)) continue;
    const cases: Case<unknown>[] = JSON.parse(await readFile(file, 'utf8'));
    total += cases.length;
    for (const [i, { header, expected }] of cases.entries()) {
      const why = compare(fieldOf(header), expected);
      if (why === undefined) continue;
      const key = `${name} ${i}`;
      const known = knownTableGaps.find(gap => gap.table === name && gap.cases.includes(i))?.why;
      misses.push({
        name: key,
        why: `${JSON.stringify(header.slice(0, 90))}: ${why}`,
        ...(known === undefined ? {} : { known }),
      });
    }
  }
  return { passed: total - misses.length, total, misses };
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
