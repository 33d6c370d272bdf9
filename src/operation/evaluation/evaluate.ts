// SPDX-License-Identifier: Apache-2.0
/**
 * Evaluate — lets a judge judge labelled mail, learning as it goes (online) or trained once on the first part (split), and tells how well it did.
 * Online, each message is judged before its label is learned: nothing is judged by what it taught.
 */
import { open, writeFile } from 'node:fs/promises';
import { harmlessJson } from '../../core/harmless.ts';
import type { Language } from '../../core/sentence.ts';
import { readCorpus, type Corpus, type Example } from './corpus.ts';
import { cannotWrite, Mistake } from '../mistake.ts';
import { measure, type Metrics, type Outcome } from './metrics.ts';
import { shuffled } from './order.ts';
import type { Judge, Judgement, Output } from './ports.ts';
import { report } from './report.ts';
import { tableOf } from './table.ts';

export interface EvaluateOptions {
  /** An index, a folder, a Maildir or an mbox. */
  readonly path: string;
  /** Of the messages, in their order, so many percent are learned and the rest judged; absent: online. */
  readonly trainPercent?: number;
  /** Shuffles the order of time. */
  readonly shuffleSeed?: number;
  /** How many of the worst misses of each kind are listed. */
  readonly worst?: number;
  readonly language: Language;
  readonly isJson: boolean;
  /** Where an HTML report goes. */
  readonly reportPath?: string;
}

export interface Judged extends Outcome {
  readonly example: Example;
  /** Kept for misses alone. */
  readonly why?: () => readonly string[];
}

export interface Miss {
  readonly name: string;
  readonly label: 'spam' | 'ham';
  readonly score: number;
  readonly why: readonly string[];
}

export interface Evaluation {
  readonly metrics: Metrics;
  readonly judged: readonly Judged[];
  readonly misses: readonly Miss[];
  readonly unlabelled: number;
  /** Of judging, and online of learning too; reading the files is left out. */
  readonly cpuSecondsPer1000: number;
}

export async function evaluate(options: EvaluateOptions, judge: Judge, output: Output): Promise<Evaluation> {
  const corpus = await readCorpus(options.path);
  if (options.reportPath !== undefined) await assertWritable(options.reportPath);
  const { judged, cpuSeconds } = await run(orderOf(corpus, options), options.trainPercent, judge, output);
  const evaluation: Evaluation = {
    metrics: measure(judged),
    judged,
    misses: worstMisses(judged, options.worst ?? 10),
    unlabelled: corpus.unlabelled,
    cpuSecondsPer1000: (1_000 * cpuSeconds) / Math.max(1, judged.length),
  };
  output.write(
    options.isJson ? `${harmlessJson(JSON.stringify(summaryOf(evaluation)))}\n` : tableOf(evaluation, options.language),
  );
  if (options.reportPath !== undefined) await writeFile(options.reportPath, report(evaluation, options));
  return evaluation;
}

/** Before the long work, not after it. A file that is there keeps what it has until then. */
async function assertWritable(path: string): Promise<void> {
  try {
    await (await open(path, 'a')).close();
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** One flat object: rates in percent, rounded to what can be told apart. */
export function summaryOf({ metrics, misses, unlabelled, cpuSecondsPer1000 }: Evaluation) {
  const { messages, ham, spam, hm, sm, detection, lam, oneMinusRoca, smAtHm01 } = metrics;
  const round = (value: number): number => Number(value.toPrecision(6));
  const interval = ({ low, high }: { low: number; high: number }) => [round(low), round(high)];
  return {
    messages,
    ham,
    spam,
    unlabelled,
    hm: round(hm.value),
    sm: round(sm.value),
    lam: round(lam),
    oneMinusRoca: round(oneMinusRoca.value),
    smAtHm01: round(smAtHm01.value),
    falsePositiveRate: round(hm.value),
    falseNegativeRate: round(sm.value),
    detectionRate: round(detection.value),
    cpuSecondsPer1000: round(cpuSecondsPer1000),
    confidence95: {
      hm: interval(hm),
      sm: interval(sm),
      detectionRate: interval(detection),
      oneMinusRoca: interval(oneMinusRoca),
      smAtHm01: interval(smAtHm01),
    },
    misses,
  };
}

function orderOf({ examples }: Corpus, { shuffleSeed }: EvaluateOptions): readonly Example[] {
  return shuffleSeed === undefined ? examples : shuffled(examples, shuffleSeed);
}

async function run(examples: readonly Example[], trainPercent: number | undefined, judge: Judge, output: Output) {
  const trained = trainPercent === undefined ? 0 : Math.round((examples.length * trainPercent) / 100);
  if (trained >= examples.length) {
    throw new Mistake(
      'usage',
      {
        en: '{percent} % of {messages} messages leaves none to judge',
        ja: '{messages} 通の {percent} % を学習すると、判定するものが残らない',
      },
      { percent: trainPercent ?? 0, messages: examples.length },
    );
  }
  const judged: Judged[] = [];
  let cpuSeconds = 0;
  for (const [i, example] of examples.entries()) {
    const message = await example.read();
    const before = output.cpuSeconds();
    if (i >= trained) {
      judged.push(judgedOf(example, await judge.judge(message)));
    }
    if (i < trained || trainPercent === undefined) {
      // The place makes it different from any other: what an index lists twice is learned twice.
      await judge.learn(message, example.label, `${i + 1} ${example.name}`);
    }
    if (i >= trained) cpuSeconds += output.cpuSeconds() - before;
    output.progress(i + 1, examples.length);
  }
  return { judged, cpuSeconds };
}

function judgedOf(example: Example, judgement: Judgement): Judged {
  const { score, isSpam, probability } = judgement;
  const isMiss = isSpam !== (example.label === 'spam');
  return {
    example,
    label: example.label,
    score,
    isSpam,
    ...(probability === undefined ? {} : { probability }),
    ...(isMiss && judgement.why ? { why: () => judgement.why?.() ?? [] } : {}),
  };
}

/** The ham that scored highest and the spam that scored lowest, as far as they were misjudged. */
function worstMisses(judged: readonly Judged[], count: number): readonly Miss[] {
  const wrong = judged.filter(one => one.isSpam !== (one.label === 'spam'));
  const ham = wrong.filter(one => one.label === 'ham').sort((a, b) => b.score - a.score);
  const spam = wrong.filter(one => one.label === 'spam').sort((a, b) => a.score - b.score);
  return [...ham.slice(0, count), ...spam.slice(0, count)].map(({ example, label, score, why }) => ({
    name: example.name,
    label,
    score,
    why: why ? why() : [],
  }));
}
