// SPDX-License-Identifier: Apache-2.0
/** Table — an evaluation for the terminal: each figure with its interval, then the worst misses. */
import { fill, type Language, type Sentence } from '../../core/sentence.ts';
import type { Evaluation, Miss } from './evaluate.ts';
import type { Figure } from './metrics.ts';

const names = {
  hm: { en: 'False positives (hm)', ja: '誤検出率 (hm)' },
  sm: { en: 'False negatives (sm)', ja: '見逃し率 (sm)' },
  detection: { en: 'Detection', ja: '検出率' },
  lam: { en: 'Logistic mean (lam)', ja: 'ロジット平均 (lam)' },
  oneMinusRoca: { en: '(1-ROCA)', ja: '(1-ROCA)' },
  smAtHm01: { en: 'sm at hm 0.1 %', ja: 'hm 0.1 % での sm' },
  cpu: { en: 'CPU seconds per 1,000', ja: '1,000 通あたり CPU 秒' },
} as const satisfies Record<string, Sentence>;

const heading: Sentence = {
  en: '{messages} messages: {ham} ham, {spam} spam',
  ja: '{messages} 通: 通常 {ham}、迷惑 {spam}',
};
const ignored: Sentence = {
  en: '{count} files were left out: their path says neither ham nor spam.',
  ja: 'パスに ham も spam もない {count} 個のファイルは除いた。',
};
const missed = {
  ham: { en: 'Ham taken for spam', ja: '迷惑と誤判定した通常メール' },
  spam: { en: 'Spam taken for ham', ja: '見逃した迷惑メール' },
} as const;

/** Every figure with its name and, where there are any, the ends of its interval. */
export function figuresOf(
  { metrics, cpuSecondsPer1000 }: Evaluation,
  language: Language,
): readonly (readonly [name: string, value: string, ends: readonly string[]])[] {
  return [
    ...(['hm', 'sm', 'detection', 'oneMinusRoca', 'smAtHm01'] as const).map(
      name => [names[name][language], percent(metrics[name].value), endsOf(metrics[name])] as const,
    ),
    [names.lam[language], percent(metrics.lam), []],
    [names.cpu[language], cpuSecondsPer1000.toFixed(3), []],
  ];
}

export function tableOf(evaluation: Evaluation, language: Language): string {
  const { metrics, misses, unlabelled } = evaluation;
  const { messages, ham, spam } = metrics;
  const rows = figuresOf(evaluation, language);
  const widest = Math.max(...rows.map(([name]) => columns(name)));
  const lines = rows.map(([name, value, ends]) =>
    `${name}${' '.repeat(widest - columns(name))}  ${value.padStart(10)}  ${ends.length > 0 ? `[${ends.join(', ')}]` : ''}`.trimEnd(),
  );
  return [
    fill(heading, { messages, ham, spam }, language),
    ...(unlabelled > 0 ? [fill(ignored, { count: unlabelled }, language)] : []),
    '',
    ...lines,
    ...(['ham', 'spam'] as const).flatMap(label =>
      missesOf(
        misses.filter(miss => miss.label === label),
        missed[label][language],
      ),
    ),
    '',
  ].join('\n');
}

function percent(value: number): string {
  return Number.isNaN(value) ? '–' : `${value.toFixed(value < 1 ? 4 : 2)} %`;
}

function endsOf({ low, high }: Figure): readonly string[] {
  return Number.isNaN(low) ? [] : [percent(low), percent(high)];
}

function missesOf(misses: readonly Miss[], title: string): readonly string[] {
  if (misses.length === 0) return [];
  return [
    '',
    `${title}:`,
    ...misses.flatMap(({ name, score, why }) => [
      `  ${score.toFixed(2).padStart(7)}  ${name}`,
      ...why.map(line => `           ${line}`),
    ]),
  ];
}

/** Japanese signs are two columns wide on a terminal. */
function columns(text: string): number {
  return Array.from(text).reduce((sum, sign) => sum + (sign > '\u2e7f' ? 2 : 1), 0);
}
