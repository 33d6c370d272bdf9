// SPDX-License-Identifier: Apache-2.0
/** Report — an evaluation as one HTML page in one language, with its curves; it loads nothing from anywhere. */
import { harmlessLines } from '../../core/harmless.ts';
import { fill, type Language, type Sentence } from '../../core/sentence.ts';
import { reliability, reliabilityCurve, rocCurve, scoreHistogram } from './charts.ts';
import type { EvaluateOptions, Evaluation } from './evaluate.ts';
import { figuresOf } from './table.ts';

const words = {
  title: { en: 'Evaluation', ja: '評価' },
  corpus: {
    en: '{path}: {messages} messages ({ham} ham, {spam} spam)',
    ja: '{path}: {messages} 通（通常 {ham}、迷惑 {spam}）',
  },
  online: { en: 'each message judged, then learned', ja: '判定してから学習（オンライン）' },
  split: {
    en: 'trained once on the first {percent} %, the rest judged',
    ja: '最初の {percent} % で学習し、残りを判定',
  },
  shuffled: { en: 'shuffled (seed {seed})', ja: '並べ替えあり（シード {seed}）' },
  measure: { en: 'Measure', ja: '指標' },
  value: { en: 'Value', ja: '値' },
  interval: { en: '95 % interval', ja: '95 % 信頼区間' },
  roc: { en: 'ROC curve', ja: 'ROC 曲線' },
  histogram: { en: 'Scores: ham blue, spam red', ja: 'スコアの分布（青: 通常、赤: 迷惑）' },
  reliability: { en: 'Reliability', ja: '信頼性曲線' },
  misses: { en: 'Worst misses', ja: '最も大きな誤り' },
  label: { en: 'Truth', ja: '正解' },
  score: { en: 'Score', ja: 'スコア' },
  message: { en: 'Message', ja: 'メッセージ' },
  spam: { en: 'spam', ja: '迷惑' },
  ham: { en: 'ham', ja: '通常' },
  falsePositives: { en: 'false positives', ja: '誤検出率' },
  detection: { en: 'detection', ja: '検出率' },
  scores: { en: 'score', ja: 'スコア' },
  messages: { en: 'messages', ja: '通数' },
  said: { en: 'said probability', ja: '予測した確率' },
  found: { en: 'share that was spam', ja: '実際に迷惑だった割合' },
} as const satisfies Record<string, Sentence>;

const style = `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse}td,th{padding:.2rem .8rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}
td.number,th:nth-child(2){text-align:right}td.number{font-variant-numeric:tabular-nums}figure{display:inline-block;width:27rem;margin:1rem 1rem 1rem 0}
svg{width:100%;font-size:11px}svg polyline{fill:none;stroke:#333;stroke-width:1.5}svg circle{fill:#333}svg .frame{fill:none;stroke:#bbb}
svg .diagonal polyline{stroke:#bbb;stroke-dasharray:4}svg .ham{fill:#36c8;}svg .spam{fill:#c338}`;

export function report(evaluation: Evaluation, options: EvaluateOptions): string {
  const { metrics, judged } = evaluation;
  const { language, trainPercent, shuffleSeed } = options;
  const say = (sentence: Sentence): string => escape(sentence[language]);
  const how = [
    trainPercent === undefined ? words.online[language] : fill(words.split, { percent: round(trainPercent) }, language),
    ...(shuffleSeed === undefined ? [] : [fill(words.shuffled, { seed: shuffleSeed }, language)]),
  ];
  const { messages, ham, spam } = metrics;
  const about = [fill(words.corpus, { path: options.path, messages, ham, spam }, language), ...how];
  const hasProbabilities = reliability(judged).length > 0;
  const figures = [
    figure(say(words.roc), rocCurve(judged, { x: say(words.falsePositives), y: say(words.detection) })),
    figure(say(words.histogram), scoreHistogram(judged, { x: say(words.scores), y: say(words.messages) })),
    ...(hasProbabilities
      ? [figure(say(words.reliability), reliabilityCurve(judged, { x: say(words.said), y: say(words.found) }))]
      : []),
  ];
  const title = say(words.title);
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sekisho – ${title}</title><style>${style}</style></head><body>
<h1>${title}</h1>
<p>${escape(about.join(language === 'ja' ? '、' : '; '))}</p>
${figureTable(evaluation, language)}
${figures.join('\n')}
${missTable(evaluation, language)}
</body></html>
`;
}

function round(percent: number): number {
  return Math.round(percent * 10) / 10;
}

function figureTable(evaluation: Evaluation, language: Language): string {
  const rows = figuresOf(evaluation, language).map(([name, value, ends]) => row(name, value, ends.join(' – ')));
  return `<table>${headOf([words.measure, words.value, words.interval], language)}${rows.join('')}</table>`;
}

function row(name: string, value: string, interval: string): string {
  return `<tr><td>${escape(name)}</td><td class="number">${value}</td><td>${interval}</td></tr>`;
}

function headOf(titles: readonly Sentence[], language: Language): string {
  return `<tr>${titles.map(one => `<th>${escape(one[language])}</th>`).join('')}</tr>`;
}

function missTable({ misses }: Evaluation, language: Language): string {
  if (misses.length === 0) return '';
  const rows = misses.map(({ name, label, score, why }) => {
    const reasons = why.map(line => `<br><small>${escape(line)}</small>`).join('');
    return `<tr><td>${escape(words[label][language])}</td><td class="number">${score.toFixed(2)}</td><td>${escape(name)}${reasons}</td></tr>`;
  });
  const head = headOf([words.label, words.score, words.message], language);
  return `<h2>${escape(words.misses[language])}</h2><table>${head}${rows.join('')}</table>`;
}

function figure(caption: string, svg: string): string {
  return `<figure>${svg}<figcaption>${caption}</figcaption></figure>`;
}

function escape(text: string): string {
  return harmlessLines(text).replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);
}
