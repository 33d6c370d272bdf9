// SPDX-License-Identifier: Apache-2.0
/** Report — an evaluation as one HTML page, in both languages, with its curves; it loads nothing from anywhere. */
import type { Sentence } from '../../core/sentence.ts';
import { reliability, reliabilityCurve, rocCurve, scoreHistogram } from './charts.ts';
import type { EvaluateOptions, Evaluation } from './evaluate.ts';
import { names, percent } from './table.ts';

const words = {
  title: { en: 'Evaluation', ja: '評価' },
  online: { en: 'each message judged, then learned', ja: '判定してから学習（オンライン）' },
  split: { en: 'trained once on the first part', ja: '前半で学習し、後半を判定' },
  shuffled: { en: 'shuffled, seed', ja: 'シャッフル、シード' },
  interval: { en: '95 % interval', ja: '95 % 信頼区間' },
  roc: { en: 'ROC curve', ja: 'ROC 曲線' },
  histogram: { en: 'Scores: ham blue, spam red', ja: 'スコアの分布（青: 正当、赤: 迷惑）' },
  reliability: { en: 'Reliability', ja: '信頼性曲線' },
  misses: { en: 'Worst misses', ja: '最も大きな誤り' },
  label: { en: 'Truth', ja: '正解' },
  score: { en: 'Score', ja: 'スコア' },
  message: { en: 'Message', ja: 'メッセージ' },
} as const satisfies Record<string, Sentence>;

const style = `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse}td,th{padding:.2rem .8rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}
td.number{text-align:right;font-variant-numeric:tabular-nums}figure{display:inline-block;width:27rem;margin:1rem 1rem 1rem 0}
svg{width:100%;font-size:11px}svg polyline{fill:none;stroke:#333;stroke-width:1.5}svg circle{fill:#333}svg .frame{fill:none;stroke:#bbb}
svg .diagonal polyline{stroke:#bbb;stroke-dasharray:4}svg .ham{fill:#36c8;}svg .spam{fill:#c338}`;

export function report(evaluation: Evaluation, options: EvaluateOptions): string {
  const { metrics, judged } = evaluation;
  const title = both(words.title);
  const how = [
    options.trainPercent === undefined ? both(words.online) : `${both(words.split)} (${options.trainPercent} %)`,
    ...(options.shuffleSeed === undefined ? [] : [`${both(words.shuffled)} ${options.shuffleSeed}`]),
  ];
  const hasProbabilities = reliability(judged).length > 0;
  const figures = [
    figure(words.roc, rocCurve(judged, { x: 'false positives / 誤検出率', y: 'detection / 検出率' })),
    figure(words.histogram, scoreHistogram(judged, { x: 'score / スコア', y: 'messages / 通' })),
    ...(hasProbabilities
      ? [figure(words.reliability, reliabilityCurve(judged, { x: 'said / 予測確率', y: 'found / 実際の割合' }))]
      : []),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sekisho – ${title}</title><style>${style}</style></head><body>
<h1>${title}</h1>
<p>${escape(options.path)}: ${metrics.messages} (${metrics.ham} ham, ${metrics.spam} spam); ${how.join('; ')}</p>
${figureTable(evaluation)}
${figures.join('\n')}
${missTable(evaluation)}
</body></html>
`;
}

function figureTable({ metrics, cpuSecondsPer1000 }: Evaluation): string {
  const rows = (['hm', 'sm', 'detection', 'oneMinusRoca', 'smAtHm01'] as const).map(name => {
    const { value, low, high } = metrics[name];
    return row(both(names[name]), percent(value), `${percent(low)} – ${percent(high)}`);
  });
  const plain = [
    row(both(names.lam), percent(metrics.lam), ''),
    row(both(names.cpu), cpuSecondsPer1000.toFixed(3), ''),
  ];
  return `<table><tr><th></th><th></th><th>${both(words.interval)}</th></tr>${[...rows, ...plain].join('')}</table>`;
}

function row(name: string, value: string, interval: string): string {
  return `<tr><td>${name}</td><td class="number">${value}</td><td>${interval}</td></tr>`;
}

function missTable({ misses }: Evaluation): string {
  if (misses.length === 0) return '';
  const rows = misses.map(({ name, label, score, why }) => {
    const reasons = why.map(line => `<br><small>${escape(line)}</small>`).join('');
    return `<tr><td>${label}</td><td class="number">${score.toFixed(2)}</td><td>${escape(name)}${reasons}</td></tr>`;
  });
  const head = [words.label, words.score, words.message].map(word => `<th>${both(word)}</th>`).join('');
  return `<h2>${both(words.misses)}</h2><table><tr>${head}</tr>${rows.join('')}</table>`;
}

function figure(caption: Sentence, svg: string): string {
  return `<figure>${svg}<figcaption>${both(caption)}</figcaption></figure>`;
}

function both({ en, ja }: Sentence): string {
  return escape(en === ja ? en : `${en} / ${ja}`);
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);
}
