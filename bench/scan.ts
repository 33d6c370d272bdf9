// SPDX-License-Identifier: Apache-2.0
/**
 * Scan — messages of the SpamAssassin corpus judged per second of CPU, as `sekisho scan` judges: all content checks, authentication and the filter, trained on
 * the whole corpus; DNS from a fixture in which every name exists and has a mail server, and nobody has published anything. In turns with it Rspamd.
 * Usage: node bench/scan.ts [--rounds N] [--every N]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { configSchema } from '../src/config.ts';
import { openEvaluationJudge, type EvaluationJudge } from '../src/workplace/evaluation-judge.ts';
import { spamAssassinCorpus, type LabelledMail } from './corpora.ts';
import { median } from './measure.ts';
import { startRspamd, whyNoRspamd, type Rspamd } from './rspamd.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, every: { type: 'string', default: '8' } },
});
const rounds = Number(values.rounds);
const warmUpRounds = 2;
/** What Rspamd's statistics learn of each kind: they say nothing before 10, and looking up takes as long whatever was learned. */
const learnedByPeer = 300;

const corpus = spamAssassinCorpus();
const mail = corpus.filter((_, i) => i % Number(values.every) === 0);
const folder = await mkdtemp(join(tmpdir(), 'sekisho-bench-scan-'));
try {
  await run(folder);
} finally {
  await rm(folder, { recursive: true });
}

async function run(place: string): Promise<void> {
  const zone = join(place, 'zone');
  await writeFile(zone, '* MX 10 mx.example.org\n* A 192.0.2.1\n');
  const judge = await openEvaluationJudge(configSchema.parse({ dns: { zone } }), 'all', 'en');
  for (const [i, { bytes, isSpam }] of corpus.entries()) await judge.learn(bytes, isSpam ? 'spam' : 'ham', `${i}`);
  const missing = whyNoRspamd();
  if (missing) console.log(`Rspamd left out: ${missing}`);
  const peers = missing ? [] : [await startRspamd({ bayes: false }), await startRspamd({ bayes: true })];
  try {
    const [plain, learned] = peers;
    if (learned) await teach(learned);
    const ways = new Map<string, () => Promise<number>>([['sekisho scan, everything on', () => judgeAll(judge)]]);
    if (plain) ways.set('rspamd, no statistics', () => scanAll(plain));
    if (learned) ways.set('rspamd, Bayes and Redis', () => scanAll(learned));
    await compare(ways);
  } finally {
    for (const peer of peers) await peer.stop();
    await judge.close();
  }
}

async function compare(ways: ReadonlyMap<string, () => Promise<number>>): Promise<void> {
  const costs = new Map([...ways.keys()].map(name => [name, [] as number[]]));
  // The first rounds warm up, and count for nothing.
  for (let round = 1 - warmUpRounds; round <= rounds; round++) {
    for (const [name, way] of ways) {
      const cost = (await way()) / mail.length;
      if (round > 0) costs.get(name)?.push(cost);
    }
  }
  const medians = [...costs].map(([name, all]) => [name, median(all)] as const);
  const own = medians[0]?.[1] ?? Number.NaN;
  const heading = `${mail.length} messages of the SpamAssassin corpus`;
  console.log(`${heading.padEnd(46)}CPU ms/message   messages/CPU-second   sekisho is`);
  for (const [i, [name, cost]] of medians.entries()) {
    const ratio = i === 0 ? '' : `${(cost / own).toFixed(1).padStart(10)} ×`;
    console.log(`${name.padEnd(46)}${cost.toFixed(3).padStart(14)}${(1_000 / cost).toFixed(0).padStart(22)}${ratio}`);
  }
}

async function judgeAll(judge: EvaluationJudge): Promise<number> {
  const before = process.cpuUsage();
  for (const { bytes } of mail) await judge.judge(bytes);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

async function scanAll(peer: Rspamd): Promise<number> {
  const before = peer.cpuMs();
  await inLanes(mail, async ({ bytes }) => void (await peer.scan(bytes)));
  return peer.cpuMs() - before;
}

async function teach(peer: Rspamd): Promise<void> {
  for (const label of ['spam', 'ham'] as const) {
    const some = corpus.filter(({ isSpam }) => isSpam === (label === 'spam')).slice(0, learnedByPeer);
    await inLanes(some, ({ bytes }) => peer.learn(bytes, label));
  }
}

/** Many at a time: Rspamd waits for what it cannot ask. */
async function inLanes(all: readonly LabelledMail[], work: (one: LabelledMail) => Promise<void>): Promise<void> {
  const left = all.values();
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      for (const one of left) await work(one);
    }),
  );
}
