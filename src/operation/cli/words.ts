// SPDX-License-Identifier: Apache-2.0
/** Words — what commands say, in the language of the terminal: Japanese where the locale is Japanese, else English. */
import { harmless } from '../../core/harmless.ts';
import { fill, type Details, type Language, type Sentence } from '../../core/sentence.ts';

export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  const locale = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || '';
  return /^ja/i.test(locale) ? 'ja' : 'en';
}

/** A table with columns as wide as what stands in them; full-width signs count two. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, widthOf(cell))));
  return rows
    .map(row =>
      row
        .map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - widthOf(cell) + 2)))
        .join('')
        .trimEnd(),
    )
    .join('\n');
}

/** Columns on a terminal (East Asian Width W and F take two). */
export function widthOf(text: string): number {
  let width = 0;
  for (const sign of text)
    width +=
      /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u.test(
        sign,
      )
        ? 2
        : 1;
  return width;
}

/** At most `limit` columns, with … where something was cut; what could steer a terminal is made harmless. */
export function cut(text: string, limit: number): string {
  const safe = harmless(text);
  if (widthOf(safe) <= limit) return safe;
  let short = '';
  for (const sign of safe) {
    if (widthOf(short + sign) > limit - 1) break;
    short += sign;
  }
  return `${short}…`;
}

/** A sentence with its details in place; nothing in them steers the terminal or begins a line. */
export function speak(words: Sentence, details: Details, language: Language): string {
  const safe = Object.entries(details).map(([key, value]) => [
    key,
    typeof value === 'string' ? harmless(value) : value,
  ]);
  return fill(words, Object.fromEntries(safe), language);
}

export const sentence = (en: string, ja: string): Sentence => ({ en, ja });
