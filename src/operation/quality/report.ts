// SPDX-License-Identifier: Apache-2.0
/** Report — the live quality as one HTML page in one language, with the miss rate of each day; it loads nothing from anywhere. */
import { harmlessLines } from '../../core/harmless.ts';
import type { Language } from '../../core/sentence.ts';
import type { Group, Quality } from './survey.ts';
import { notesOf, rowOf, titles } from './words.ts';

const style = `body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse}td,th{padding:.2rem .8rem;border-bottom:1px solid #ddd;text-align:right;font-variant-numeric:tabular-nums}
td:first-child,th:first-child{text-align:left}svg{width:100%;font-size:11px}svg line{stroke:#36c;stroke-width:2}svg .frame{fill:none;stroke:#bbb}svg circle{fill:#222}`;

export function qualityReport(quality: Quality, language: Language): string {
  const words = titles[language];
  const section = (title: string, groups: readonly Group[]): string =>
    groups.length === 0 ? '' : `<h2>${escape(title)}</h2>${tableOf(groups, language)}`;
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sekisho – ${words.page}</title><style>${style}</style></head><body>
<h1>${words.page}</h1>
${tableOf([{ ...quality.all, name: words.all }], language)}
<ul>${notesOf(quality, language)
    .map(note => `<li>${escape(note)}</li>`)
    .join('')}</ul>
<figure>${dayChart(quality.days)}<figcaption>${words.chart}</figcaption></figure>
${section(words.days, quality.days)}
${section(words.domains, quality.domains)}
${section(words.symbols, quality.symbols)}
</body></html>
`;
}

const size = { width: 720, height: 240, left: 44, right: 8, top: 10, bottom: 30 };

/** One line from the lower to the upper end for each day, and a dot for the estimate. */
export function dayChart(days: readonly Group[]): string {
  const known = days.flatMap(({ name, miss }) => (miss ? [{ name, ...miss }] : []));
  const top = Math.max(1, ...known.map(({ high }) => high));
  const [across, up] = [size.width - size.left - size.right, size.height - size.top - size.bottom];
  const x = (i: number): string => (size.left + (across * (i + 0.5)) / Math.max(1, known.length)).toFixed(1);
  const y = (percent: number): string => (size.top + up * (1 - percent / top)).toFixed(1);
  const every = Math.max(1, Math.ceil(known.length / 10));
  const marks = known.map(
    ({ name, value, low, high }, i) =>
      `<line x1="${x(i)}" x2="${x(i)}" y1="${y(low)}" y2="${y(high)}"/><circle cx="${x(i)}" cy="${y(value)}" r="3"/>${i % every === 0 ? `<text x="${x(i)}" y="${size.height - 10}" text-anchor="middle">${name.slice(5)}</text>` : ''}`,
  );
  const ticks = [0, top / 2, top].map(
    percent => `<text x="${size.left - 6}" y="${y(percent)}" dy="4" text-anchor="end">${percent.toFixed(1)} %</text>`,
  );
  const frame = `<rect class="frame" x="${size.left}" y="${size.top}" width="${across}" height="${up}"/>`;
  return `<svg viewBox="0 0 ${size.width} ${size.height}" role="img">${frame}${marks.join('')}${ticks.join('')}</svg>`;
}

function tableOf(groups: readonly Group[], language: Language): string {
  const cells = (row: readonly string[], kind: 'td' | 'th'): string =>
    `<tr>${row.map(cell => `<${kind}>${escape(cell)}</${kind}>`).join('')}</tr>`;
  const rows = groups.map(group => cells(rowOf(group, group.name, language), 'td'));
  return `<table>${cells(titles[language].head, 'th')}${rows.join('')}</table>`;
}

function escape(text: string): string {
  return harmlessLines(text).replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);
}
