// SPDX-License-Identifier: Apache-2.0
/**
 * 200 rules that nobody has seen before, drawn from the grammar by the day's seed, hit 500 messages as SpamAssassin has them hit: over pairs of message and rule,
 * both / either is at least 99 %. The seed is printed; SEKISHO_SEED draws the same again.
 */
import { deepEqual, ok } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { csdmcCorpus, spamAssassinCorpus } from '../../bench/corpora.ts';
import { seededRandom, type Random } from '../../src/core/random.ts';
import { compileRules } from '../../src/content/rules/compile.ts';
import { evalToolsOf } from '../../src/content/rules/evals/tools.ts';
import { Evaluator } from '../../src/content/rules/evaluate.ts';
import { keepingTranslator } from '../../src/content/rules/load.ts';
import { MessageView } from '../../src/content/rules/message-view.ts';
import { parseMessage } from '../../src/wire/mime/parse.ts';
import { readRules } from '../../src/wire/rules/read.ts';
import { DrawnRules } from './drawn-rules.ts';

const seed = Number(process.env['SEKISHO_SEED'] ?? new Date().toISOString().slice(0, 10).replaceAll('-', ''));
const ruleCount = 200;
const messageCount = 500;
const isThere = existsSync('/usr/share/spamassassin/20_aux_tlds.cf');

it('hits with rules drawn today what SpamAssassin hits', { skip: isThere ? false : 'no SpamAssassin' }, () => {
  console.log(`seed ${seed}: SEKISHO_SEED=${seed} draws the same again`);
  const random = seededRandom(seed);
  const messages = messagesBy(random);
  const text = new DrawnRules(random, wordsIn(messages)).file(ruleCount);
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-drawn-'));
  try {
    const rows = new Map<string, { both: number; ours: number; theirs: number }>();
    const theirs = spamAssassin(folder, text, messages);
    const ours = hitter(text);
    for (const [i, bytes] of messages.entries()) {
      const mine = ours(bytes);
      const other = theirs[i] ?? new Set();
      for (const rule of new Set([...mine, ...other])) {
        const row = rows.get(rule) ?? { both: 0, ours: 0, theirs: 0 };
        row[!mine.has(rule) ? 'theirs' : other.has(rule) ? 'both' : 'ours']++;
        rows.set(rule, row);
      }
    }
    report(rows, text);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function messagesBy(random: Random): readonly Buffer[] {
  const all = [...spamAssassinCorpus(), ...(csdmcCorpus() ?? [])];
  return Array.from({ length: messageCount }, () => all[Math.floor(random.next() * all.length)]?.bytes ?? Buffer.of());
}

/** Of which 4 to 12 letters long, as they stand there. */
function wordsIn(messages: readonly Buffer[]): readonly string[] {
  return messages.flatMap(
    bytes =>
      bytes
        .toString('latin1')
        .match(/\b[A-Za-z]{4,12}\b/g)
        ?.filter((_, i) => i % 50 === 7) ?? [],
  );
}

function spamAssassin(folder: string, text: string, messages: readonly Buffer[]): readonly ReadonlySet<string>[] {
  const rules = join(folder, 'rules');
  mkdirSync(rules);
  writeFileSync(join(rules, '10_drawn.cf'), text);
  // Which top-level domains there are, it reads there.
  copyFileSync('/usr/share/spamassassin/20_aux_tlds.cf', join(rules, '20_aux_tlds.cf'));
  const files = messages.map((bytes, i) => {
    const file = join(folder, `${i}.eml`);
    writeFileSync(file, bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
    return file;
  });
  const [version = '', ...lines] = execFileSync('perl', [join(import.meta.dirname, 'spamassassin.pl'), rules], {
    input: `${files.join('\n')}\n`,
    encoding: 'latin1',
    maxBuffer: 1_000_000_000,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
    .trimEnd()
    .split('\n');
  console.log(version.replace('\t', ' '));
  return lines.map(line => {
    const hits = (line.split('\t')[1] ?? '').split(',').map(hit => hit.replace(/=.*/, ''));
    return new Set(hits.filter(name => name.startsWith('DRAWN_')));
  });
}

function hitter(text: string): (bytes: Buffer) => ReadonlySet<string> {
  const set = readRules([{ name: '10_drawn.cf', text }]);
  const compiled = compileRules(set, { translate: keepingTranslator() });
  deepEqual(compiled.problems, []);
  const evaluator = new Evaluator(
    compiled,
    evalToolsOf(set, () => 0),
  );
  const home = { contains: (ip: string): boolean => ip.startsWith('127.') };
  return bytes => {
    const message = { mime: parseMessage(bytes), envelopeFrom: undefined, client: undefined };
    const view = new MessageView(message, { trusted: home, internal: home, redirectors: [] });
    const demand = evaluator.begin(view);
    const { evaluation } = demand;
    for (const slice of evaluator.slices(demand, view)) ok(slice === undefined);
    for (const { matcher, text: looked, limit } of evaluation.trials) {
      const rule = compiled.rules[matcher.rule];
      if (rule) evaluation.record(rule, evaluation.run(matcher, looked, limit));
    }
    return new Set(evaluator.finish(demand).keys());
  };
}

function report(rows: ReadonlyMap<string, { both: number; ours: number; theirs: number }>, text: string): void {
  let both = 0;
  let either = 0;
  for (const row of rows.values()) {
    both += row.both;
    either += row.both + row.ours + row.theirs;
  }
  console.log(
    `${rows.size} of ${ruleCount} rules hit, ${either} pairs, both/either ${((100 * both) / either).toFixed(2)} %`,
  );
  const worst = [...rows].sort(([, a], [, b]) => b.ours + b.theirs - a.ours - a.theirs).slice(0, 20);
  for (const [rule, row] of worst) {
    if (row.ours + row.theirs === 0) break;
    const line = text.split('\n').find(one => one.split(' ')[1] === rule);
    console.log(`  both ${row.both}, only ours ${row.ours}, only theirs ${row.theirs}: ${line ?? rule}`);
  }
  ok(rows.size >= ruleCount / 5 && either >= 1_000, 'the rules drawn hit too little to tell anything');
  ok(both / either >= 0.99, `${both} of ${either}`);
}
