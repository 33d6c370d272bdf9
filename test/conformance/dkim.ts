// SPDX-License-Identifier: Apache-2.0
/**
 * DKIM – messages with DKIM and DomainKeys signatures, the name service they were signed under, and what each comes to. The path is a folder of
 *
 * - `verifier-expected.json` (`cases`, each with its file and `pass`, `fail` or `invalid`; `dns`, or `FAKE_DNS.dat` beside it), or that file;
 * - or messages (`.eml`, `.msg`), of which each signature is to pass whose key is in `dns.json` (name → record) of that folder or one beside it,
 *   or in a `.dns` of the message's name, which holds the record alone; without its key it is to be `invalid`;
 * - or folders of these; or one message of such a folder.
 *
 * Read twice: as RFC 8301 and 6376 want it, where what they have forbidden is `policy`, a column of its own and no pass; and with weak keys,
 * rsa-sha1, g= and the versions of drafts accepted (`--accept-weak`), which is the outcome.
 */
import { existsSync } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { verifyDkim } from '../../src/authentication/dkim.ts';
import { DkimKeys } from '../../src/authentication/dkim-keys.ts';
import { verifyDomainKeys } from '../../src/authentication/domain-keys.ts';
import { SignableMessage } from '../../src/authentication/signable.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Dns } from '../../src/core/dns.ts';
import { messageOf } from '../../src/core/message.ts';
import { zoneDns, type ZoneEntry } from '../../src/net/zone-dns.ts';
import { readSignature } from '../../src/wire/dkim/signature.ts';
import type { Miss } from './run.ts';
import { readJson, reasonOf } from './where.ts';

type Expected = 'pass' | 'fail' | 'invalid' | 'none';
type Reading = 'strict' | 'historic';

interface Case {
  readonly name: string;
  readonly file: string;
  readonly expected: Expected;
  /** Each signature must come to that, not the best alone. */
  readonly isEach?: boolean;
  readonly note: string;
  /** The suite's own verifier does not run it. */
  readonly isSkipped: boolean;
  readonly dns: Dns;
}

interface Told {
  readonly result: string;
  readonly reason: string;
}

const listName = 'verifier-expected.json';
const dataName = 'FAKE_DNS.dat';
const messageEndings: readonly string[] = ['.eml', '.msg'];

export async function run(path: string) {
  const cases = await casesOf(path);
  const strict = await readAll(cases, 'strict');
  const historic = await readAll(cases, 'historic');
  const line = (title: string, { met, policy, missed }: Table) =>
    `${title}: ${met.length} as expected, ${policy.length} policy, ${missed.length} missed, of ${cases.length}`;
  return {
    passed: historic.met.length,
    total: cases.length,
    misses: [...historic.missed, ...historic.policy],
    notes: [
      line('default', strict),
      ...strict.policy.map(({ name, why }) => `policy ${name}: ${why}`),
      ...strict.missed.map(({ name, why }) => `missed by default ${name}: ${why}`),
      line('--accept-weak', historic),
    ],
  };
}

interface Table {
  readonly met: readonly string[];
  readonly policy: readonly Miss[];
  readonly missed: readonly Miss[];
}

async function readAll(cases: readonly Case[], reading: Reading): Promise<Table> {
  const [met, policy, missed]: [string[], Miss[], Miss[]] = [[], [], []];
  for (const one of cases) {
    const told = await tell(one, reading).catch((error: unknown): readonly Told[] => [
      { result: 'error', reason: reasonOf(error) },
    ]);
    const { result, reason } = worstOrBest(told, one.isEach === true);
    if (result === one.expected) {
      met.push(one.name);
      continue;
    }
    const why = `${result} (${reason}), expected ${one.expected}${one.note === '' ? '' : `: ${one.note}`}`;
    // What was signed by a draft of DKIM is refused for its version, before anything else of it is looked at.
    if (result === 'policy' || (reading === 'strict' && told.every(isOfDraft))) policy.push({ name: one.name, why });
    else missed.push({ name: one.name, why, ...(one.isSkipped ? { known: gapOf(one) } : {}) });
  }
  return { met, policy, missed };
}

/** The suite's own verifier runs none of these; why each is as it should be. */
const gaps: readonly (readonly [RegExp, string])[] = [
  [
    /good_ietf00_/,
    'left out by the suite itself; RFC 6376 3.5: bh= is required. The first draft hashed header and body together, and nothing signs so any more',
  ],
  [
    /bad_dk_3/,
    'left out by the suite itself; good_dk_2 has no q= either and is to pass: signers of the time left it out, and `dns` is all there is',
  ],
];

function gapOf({ name }: Case): string {
  return gaps.find(([pattern]) => pattern.test(name))?.[1] ?? 'left out by the suite itself';
}

const isOfDraft = ({ reason }: Told): boolean => reason.includes('(v=)');

/** What the message comes to: its best signature, as the suite has it; its worst, where all are to pass. */
function worstOrBest(told: readonly Told[], isWorst: boolean): Told {
  const order = ['pass', 'policy', 'fail', 'invalid', 'error'];
  const sorted = told.toSorted((a, b) => order.indexOf(a.result) - order.indexOf(b.result));
  return (isWorst ? sorted.at(-1) : sorted[0]) ?? { result: 'none', reason: 'not signed' };
}

async function tell({ file, dns }: Case, reading: Reading): Promise<readonly Told[]> {
  const signable = await signableOf(file);
  const dkimKeys = new DkimKeys();
  const dkim = await verifyDkim(signable, { dns, dkimKeys, clock: systemClock, reading });
  const { signatures } = await verifyDomainKeys(signable, { dns, dkimKeys });
  return [...dkim, ...signatures].map(({ result, reason = '' }) => ({
    result: result === 'pass' || result === 'fail' || result === 'policy' ? result : 'invalid',
    reason,
  }));
}

async function signableOf(file: string): Promise<SignableMessage> {
  const text = (await readFile(file)).toString('latin1').replace(/\r?\n/g, '\r\n');
  return new SignableMessage(messageOf(Buffer.from(text, 'latin1')));
}

async function casesOf(path: string): Promise<readonly Case[]> {
  if (!(await stat(path)).isDirectory()) {
    if (basename(path) === listName || extname(path) === '.json') return listedCases(path);
    return [await messageCase(path, await dnsAround(dirname(path)))];
  }
  const names = (await readdir(path)).sort();
  if (names.includes(listName)) return listedCases(join(path, listName));
  const cases: Case[] = [];
  const messages = names.filter(name => messageEndings.includes(extname(name)));
  if (messages.length > 0) {
    const records = await dnsAround(path);
    for (const name of messages) cases.push(await messageCase(join(path, name), records));
  }
  for (const name of names)
    if ((await stat(join(path, name))).isDirectory()) cases.push(...(await casesOf(join(path, name))));
  return cases;
}

interface Listed {
  readonly cases: readonly {
    readonly file: string;
    readonly expected: Expected;
    readonly note?: string;
    readonly skipped_upstream?: boolean;
  }[];
  readonly dns?: Readonly<Record<string, string>>;
}

async function listedCases(file: string): Promise<readonly Case[]> {
  const { cases, dns: given } = (await readJson(file)) as Listed;
  if (!Array.isArray(cases)) return [];
  const folder = dirname(file);
  const dns = dnsOf(given ?? (await fakeDns(join(folder, dataName))));
  return cases.map(({ file: name, expected, note = '', skipped_upstream: isSkipped = false }) => ({
    name,
    file: join(folder, name),
    expected,
    note,
    isSkipped,
    dns,
  }));
}

/** `name  record`, a line each. */
async function fakeDns(file: string): Promise<Readonly<Record<string, string>>> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter(line => /^[^#\s]/.test(line));
  return Object.fromEntries(lines.map(line => [line.split(/\s/, 1)[0] ?? '', line.replace(/^\S+\s+/, '')]));
}

interface Around {
  readonly records: Readonly<Record<string, string>>;
  /** `.dns` files hold a record without its name; by the name of the message. */
  readonly unnamed: ReadonlyMap<string, string>;
}

async function dnsAround(folder: string): Promise<Around> {
  const records: Record<string, string> = {};
  const beside = (await readdir(dirname(folder), { withFileTypes: true })).filter(one => one.isDirectory());
  // Its own last, so that they count.
  for (const one of [...beside.map(({ name }) => join(dirname(folder), name)), folder]) {
    const file = join(one, 'dns.json');
    if (existsSync(file)) Object.assign(records, await readJson(file));
  }
  const unnamed = new Map<string, string>();
  for (const name of await readdir(folder))
    if (name.endsWith('.dns')) unnamed.set(basename(name, '.dns'), (await readFile(join(folder, name), 'utf8')).trim());
  return { records, unnamed };
}

async function messageCase(file: string, { records, unnamed }: Around): Promise<Case> {
  const found = new Map(Object.entries(records));
  const name = basename(file);
  const record = unnamed.get(name.slice(0, -extname(name).length));
  const keys = (await signableOf(file)).fieldsOf('dkim-signature').map(({ value }) => {
    const read = readSignature(value);
    return 'value' in read ? `${read.value.selector}._domainkey.${read.value.domain}` : '';
  });
  for (const key of keys) if (record !== undefined && !found.has(key)) found.set(key, record);
  const known = keys.filter(key => found.has(key));
  return {
    name: join(basename(dirname(file)), name),
    file,
    expected: keys.length === 0 ? 'none' : known.length === 0 ? 'invalid' : 'pass',
    isEach: known.length === keys.length,
    note: known.length < keys.length ? 'the data has no key for it' : '',
    isSkipped: false,
    dns: dnsOf(Object.fromEntries(found)),
  };
}

function dnsOf(records: Readonly<Record<string, string>>): Dns {
  const entries = Object.entries(records).flatMap(([name, text]): readonly (readonly [string, ZoneEntry])[] => {
    if (text === 'NXDOMAIN') return [];
    if (text.startsWith('~~')) return [[name, { fails: text.replaceAll('~', '') }]];
    return [[name, { TXT: text === '""' ? '' : text }]];
  });
  return zoneDns(Object.fromEntries(entries));
}
