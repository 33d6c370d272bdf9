// SPDX-License-Identifier: Apache-2.0
/** SPF — the test suite of RFC 7208: scenarios of records and what each client is to come to. */
import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import { checkSpf } from '../../src/authentication/spf.ts';
import type { RecordType } from '../../src/core/dns.ts';
import { zoneDns, type Zone } from '../../src/net/zone-dns.ts';
import type { Miss } from './run.ts';
import { reasonOf, suiteFiles } from './where.ts';

type RecordData = Readonly<Record<string, string | readonly (string | number)[]>>;

interface Scenario {
  readonly tests: Readonly<Record<string, Case>>;
  readonly zonedata?: Readonly<Record<string, readonly (RecordData | 'TIMEOUT')[]>>;
}

interface Case {
  readonly helo: string;
  readonly host: string;
  readonly mailfrom: string;
  readonly result: string | readonly string[];
  readonly explanation?: string;
}

/** `path` is a YAML file, or the folder of some. */
export async function run(path: string) {
  const misses: Miss[] = [];
  let total = 0;
  for (const file of await suiteFiles(path, '.yml', '.yaml')) {
    for (const scenario of await scenariosOf(file)) {
      if (!scenario?.tests) continue;
      const dns = zoneDns(zoneOf(scenario.zonedata ?? {}));
      for (const [name, one] of Object.entries(scenario.tests)) {
        total++;
        const why = await miss(one, dns).catch(reasonOf);
        if (why !== undefined) misses.push({ name, why });
      }
    }
  }
  return { passed: total - misses.length, total, misses };
}

async function scenariosOf(file: string): Promise<readonly (Scenario | null)[]> {
  return parseAllDocuments(await readFile(file, 'utf8')).map(document => {
    const [error] = document.errors;
    if (error) throw new Error(`${file} is not YAML: ${error.message}`, { cause: error });
    return document.toJS() as Scenario | null;
  });
}

async function miss(one: Case, dns: ReturnType<typeof zoneDns>): Promise<string | undefined> {
  const at = one.mailfrom.lastIndexOf('@');
  const sender =
    one.mailfrom === ''
      ? null
      : { local: at > 0 ? one.mailfrom.slice(0, at) : 'postmaster', domain: one.mailfrom.slice(at + 1).toLowerCase() };
  const { result, explanation, reason } = await checkSpf({ ip: one.host, helo: one.helo, sender, dns });
  if (![one.result].flat().includes(result))
    return `${result} (${reason ?? 'no reason'}), expected ${String(one.result)}`;
  // DEFAULT is what a server says when the domain has no words of its own.
  const expected = one.explanation === 'DEFAULT' ? undefined : one.explanation;
  // Letters of an address in hexadecimal may be of either case (RFC 5952 wants the small ones, the suite the large).
  return one.explanation === undefined || explanation?.toLowerCase() === expected?.toLowerCase()
    ? undefined
    : `explanation ${explanation}, expected ${expected}`;
}

/** Records of type SPF stand for TXT too, unless the name has TXT of its own; `TIMEOUT` makes all other types fail. */
function zoneOf(data: NonNullable<Scenario['zonedata']>): Zone {
  return Object.fromEntries(
    Object.entries(data).map(([name, items]) => {
      const records: Partial<Record<RecordType, string[]>> = {};
      for (const item of items) {
        if (item === 'TIMEOUT') continue;
        for (const [type, value] of Object.entries(item))
          (records[type as RecordType] ??= []).push(textOf(type, value));
      }
      const txt = records.TXT ?? records.SPF ?? [];
      const fails = items.includes('TIMEOUT') ? { fails: 'TIMEOUT' } : {};
      return [name, { ...records, ...fails, TXT: txt.filter(text => text !== 'NONE') }];
    }),
  );
}

function textOf(type: string, value: string | readonly (string | number)[]): string {
  if (typeof value === 'string') return value;
  return type === 'MX' ? `${value[0]} ${value[1] === '' ? '.' : value[1]}` : value.join('');
}
