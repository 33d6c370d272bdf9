// SPDX-License-Identifier: Apache-2.0
/** Charts — ROC curve, histogram of scores, reliability curve, each as one SVG that needs nothing from elsewhere. */
import type { Outcome } from './metrics.ts';

/** Room for half a label (`100 %`) at the right end and at the top. */
const size = { width: 420, height: 320, left: 58, right: 26, top: 14, bottom: 46 };
const plot = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom };

interface Axis {
  readonly title: string;
  /** Where a value lies, 0 to 1. */
  place(value: number): number;
  readonly ticks: readonly (readonly [value: number, text: string])[];
}

const share = (title: string): Axis => ({
  title,
  place: value => value,
  ticks: [0, 0.2, 0.4, 0.6, 0.8, 1].map(value => [value, `${Math.round(value * 100)} %`] as const),
});

/** Detection against false positives; the latter in powers of ten, since all that matters lies far to the left. */
export function rocCurve(outcomes: readonly Outcome[], titles: { readonly x: string; readonly y: string }): string {
  const ham = outcomes.filter(one => one.label === 'ham').length;
  const spam = outcomes.length - ham;
  const least = Math.log10(Math.min(0.001, 0.5 / Math.max(1, ham)));
  const x: Axis = {
    title: titles.x,
    place: value => 1 - Math.log10(Math.max(value, 10 ** least)) / least,
    ticks: [0.0001, 0.001, 0.01, 0.1, 1]
      .filter(value => Math.log10(value) >= least)
      .map(value => [value, `${value * 100} %`]),
  };
  const sorted = outcomes.toSorted((a, b) => b.score - a.score);
  const points: (readonly [number, number])[] = [[0, 0]];
  let hamAbove = 0;
  let spamAbove = 0;
  sorted.forEach((one, i) => {
    if (one.label === 'ham') hamAbove += 1;
    else spamAbove += 1;
    // Messages of the same score are one step: no threshold lies between them.
    if (sorted[i + 1]?.score !== one.score) points.push([hamAbove / Math.max(1, ham), spamAbove / Math.max(1, spam)]);
  });
  return chart(x, share(titles.y), lineOf(points, x, share(titles.y)));
}

export function scoreHistogram(
  outcomes: readonly Outcome[],
  titles: { readonly x: string; readonly y: string },
): string {
  const bins = 40;
  const scores = outcomes.map(one => one.score).sort((a, b) => a - b);
  // The outermost thousandth of scores would make all others one column.
  const low = scores[Math.floor(scores.length * 0.001)] ?? 0;
  const high = Math.max(low + 1e-9, scores[Math.ceil(scores.length * 0.999) - 1] ?? 1);
  const binOf = (score: number): number =>
    Math.min(bins - 1, Math.max(0, Math.floor(((score - low) / (high - low)) * bins)));
  const counts = (label: 'spam' | 'ham'): readonly number[] => {
    const found = Array.from({ length: bins }, () => 0);
    for (const one of outcomes) if (one.label === label) found[binOf(one.score)] = (found[binOf(one.score)] ?? 0) + 1;
    return found;
  };
  const both = [counts('ham'), counts('spam')];
  const most = Math.max(1, ...both.flat());
  const x: Axis = {
    title: titles.x,
    place: value => (value - low) / (high - low),
    ticks: Array.from({ length: 5 }, (_, i) => low + ((high - low) * i) / 4).map(value => [value, value.toFixed(1)]),
  };
  const y: Axis = {
    title: titles.y,
    place: value => value / most,
    ticks: [0, most / 2, most].map(value => [value, String(Math.round(value))]),
  };
  const bars = both.map((found, kind) =>
    found
      .map((count, i) => {
        const height = (plot.height * count) / most;
        const width = plot.width / bins;
        return `<rect x="${at(size.left + i * width)}" y="${at(size.top + plot.height - height)}" width="${at(width)}" height="${at(height)}"/>`;
      })
      .join('')
      .replace(/^/, `<g class="${kind === 0 ? 'ham' : 'spam'}">`)
      .concat('</g>'),
  );
  return chart(x, y, bars.join(''));
}

/** Of messages said to be spam with p, how many are: on the diagonal a probability keeps its word. Empty without probabilities. */
export function reliabilityCurve(
  outcomes: readonly Outcome[],
  titles: { readonly x: string; readonly y: string },
): string {
  const points = reliability(outcomes).map(({ said, found }) => [said, found] as const);
  const [x, y] = [share(titles.x), share(titles.y)];
  const diagonal = `<g class="diagonal">${lineOf(
    [
      [0, 0],
      [1, 1],
    ],
    x,
    y,
  )}</g>`;
  const dots = points.map(([said, found]) => `<circle cx="${across(said, x)}" cy="${up(found, y)}" r="3"/>`).join('');
  return chart(x, y, diagonal + lineOf(points, x, y) + dots);
}

export interface ReliabilityBin {
  readonly said: number;
  readonly found: number;
  readonly messages: number;
}

export function reliability(outcomes: readonly Outcome[], bins = 10): readonly ReliabilityBin[] {
  return Array.from({ length: bins }, (_, i) => {
    const inside = outcomes.filter(({ probability = -1 }) => Math.min(bins - 1, Math.floor(probability * bins)) === i);
    const sum = inside.reduce((total, { probability = 0 }) => total + probability, 0);
    const spam = inside.filter(one => one.label === 'spam').length;
    return { said: sum / inside.length, found: spam / inside.length, messages: inside.length };
  }).filter(bin => bin.messages > 0);
}

function lineOf(points: readonly (readonly [number, number])[], x: Axis, y: Axis): string {
  return `<polyline points="${points.map(([a, b]) => `${across(a, x)},${up(b, y)}`).join(' ')}"/>`;
}

function chart(x: Axis, y: Axis, inside: string): string {
  const bottom = size.top + plot.height;
  const xTicks = x.ticks.map(
    ([value, text]) => `<text x="${across(value, x)}" y="${bottom + 16}" text-anchor="middle">${text}</text>`,
  );
  const yTicks = y.ticks.map(
    ([value, text]) => `<text x="${size.left - 6}" y="${up(value, y)}" text-anchor="end" dy="4">${text}</text>`,
  );
  const titles = [
    `<text x="${size.left + plot.width / 2}" y="${size.height - 8}" text-anchor="middle">${x.title}</text>`,
    `<text transform="translate(14 ${size.top + plot.height / 2}) rotate(-90)" text-anchor="middle">${y.title}</text>`,
  ];
  const frame = `<rect class="frame" x="${size.left}" y="${size.top}" width="${plot.width}" height="${plot.height}"/>`;
  return `<svg viewBox="0 0 ${size.width} ${size.height}" role="img">${frame}${inside}${[...xTicks, ...yTicks, ...titles].join('')}</svg>`;
}

const across = (value: number, axis: Axis): string => at(size.left + plot.width * axis.place(value));
const up = (value: number, axis: Axis): string => at(size.top + plot.height * (1 - axis.place(value)));
const at = (pixels: number): string => pixels.toFixed(1);
