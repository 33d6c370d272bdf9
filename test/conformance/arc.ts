// SPDX-License-Identifier: Apache-2.0
/**
 * ARC — the test suite of RFC 8617: messages whose chains hold or not, and messages to be sealed, with the seal they must get.
 * A key that occurs twice in one table is two cases, as whoever wrote it meant.
 */
import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isMap, isPair, isScalar, parseAllDocuments, type Document } from 'yaml';
import { verifyArc } from '../../src/authentication/arc.ts';
import { SignableMessage } from '../../src/authentication/signable.ts';
import { arcSet } from '../../src/authentication/signing/seal.ts';
import { messageOf } from '../../src/core/message.ts';
import { zoneDns } from '../../src/net/zone-dns.ts';
import { BodyHashes } from '../../src/wire/dkim/body-hashes.ts';
import { readFields } from '../../src/wire/dkim/fields.ts';
import { relaxField } from '../../src/wire/dkim/relax-field.ts';
import { readTags, withoutBlanks } from '../../src/wire/dkim/tags.ts';
import type { Miss } from './run.ts';
import { reasonOf, suiteFiles } from './where.ts';

export interface Case {
  readonly message: string;
  /** Of validation. */
  readonly cv?: string | null;
  /** Of sealing. */
  readonly t?: number;
  readonly 'sig-headers'?: string;
  readonly 'srv-id'?: string;
  readonly AS?: string;
  readonly AMS?: string;
  readonly AAR?: string;
}

export interface Scenario {
  readonly cases: readonly (readonly [name: string, Case])[];
  readonly records: Readonly<Record<string, string>>;
  readonly domain: string;
  readonly sel: string;
  readonly privatekey: string;
}

/** `path` is a YAML file, or the folder of some. */
export async function run(path: string) {
  const misses: Miss[] = [];
  let total = 0;
  for (const file of await suiteFiles(path, '.yml', '.yaml')) {
    const scenarios = await readScenarios(file);
    for (const scenario of scenarios) {
      for (const [name, one] of scenario.cases) {
        total++;
        const why = await miss(one, scenario).catch(reasonOf);
        if (why !== undefined) misses.push({ name, why });
      }
    }
  }
  return { passed: total - misses.length, total, misses };
}

export async function readScenarios(file: string): Promise<readonly Scenario[]> {
  const documents = parseAllDocuments(await readFile(file, 'utf8'), { uniqueKeys: false });
  return [...documents].flatMap(document => {
    const [error] = document.errors;
    if (error) throw new Error(`${file} is not YAML: ${error.message}`, { cause: error });
    return scenarioOf(document) ?? [];
  });
}

async function miss(one: Case, scenario: Scenario): Promise<string | undefined> {
  const dns = zoneDns(
    Object.fromEntries(Object.entries(scenario.records).map(([name, text]) => [name, { TXT: [text] }])),
  );
  const message = messageOf(Buffer.from(one.message.replace(/\r?\n/g, '\r\n')));
  if (one.AS !== undefined) return missOfSeal(one, scenario, message.bytes);
  const { result, hadFailed, reason } = await verifyArc(new SignableMessage(message), { dns });
  const expected = (one.cv ?? '').trim().toLowerCase();
  // Without a word: the chain had failed before it came here, and is looked at no more.
  const isMet = expected === '' ? result === 'fail' && hadFailed : result === expected;
  return isMet ? undefined : `${result} (${reason ?? 'no reason'}), expected ${expected || 'a chain that had failed'}`;
}

/** RSA signs alike every time, so the set must be the very one expected. */
function missOfSeal(one: Case, scenario: Scenario, bytes: Buffer): string | undefined {
  const { fields, bodyStart } = readFields(bytes);
  const body = { canonicalization: 'relaxed', hash: 'sha256' } as const;
  const hashes = new BodyHashes([body]);
  hashes.update(bytes.subarray(bodyStart), true);
  const made = arcSet(
    {
      fields,
      bodyHash: hashes.get(body).digest,
      names: (one['sig-headers'] ?? '').split(':'),
      at: (one.t ?? 0) * 1_000,
      authservId: one['srv-id'] ?? '',
    },
    {
      domain: scenario.domain,
      selector: scenario.sel,
      algorithm: 'rsa-sha256',
      privateKey: createPrivateKey(scenario.privatekey),
    },
  );
  const expected = { 'arc-seal': one.AS, 'arc-message-signature': one.AMS, 'arc-authentication-results': one.AAR };
  const found = new Map(readFields(Buffer.from(made, 'latin1')).fields.map(field => [field.name, field.value]));
  for (const [name, wanted = ''] of Object.entries(expected)) {
    const [is, should] = [found.get(name) ?? '', wanted].map(text => comparable(name, text));
    if (is !== should) return `${name}: ${is}, expected ${should}`;
  }
  return undefined;
}

/** Lists of tags without their blanks and their order, and results as the relaxed form has them. */
function comparable(name: string, value: string): string {
  if (name === 'arc-authentication-results') return relaxField(`x:${value}`);
  const tags = readTags(value);
  return 'wrong' in tags
    ? ''
    : [...tags.value]
        .map(([tag, text]) => `${tag}=${withoutBlanks(text)}`)
        .sort()
        .join(';');
}

/** A map in JavaScript has each key once; the file has some twice. */
function scenarioOf(document: Document): Scenario | undefined {
  const { contents } = document;
  if (!isMap(contents)) return undefined;
  const tests = contents.get('tests');
  if (!isMap(tests)) return undefined;
  const cases = tests.items.flatMap(pair => {
    if (!isPair(pair) || !isMap(pair.value)) return [];
    const name = isScalar(pair.key) ? String(pair.key.value) : '';
    return [[name, pair.value.toJS(document) as Case] as const];
  });
  const records = contents.get('txt-records');
  const text = (key: string): string | undefined => {
    const value = contents.get(key);
    return typeof value === 'string' ? value : undefined;
  };
  return {
    cases,
    records: isMap(records) ? (records.toJS(document) as Record<string, string>) : {},
    domain: text('domain') ?? '',
    sel: text('sel') ?? '',
    privatekey: text('privatekey') ?? '',
  };
}
