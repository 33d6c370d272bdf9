// SPDX-License-Identifier: Apache-2.0
/** Replay table — what another configuration would have changed, for the terminal: the counts, then every one of them. */
import { showDomains } from '../../core/domain.ts';
import { fill, type Language, type Sentence } from '../../core/sentence.ts';
import { cut, table } from '../cli/words.ts';
import { utc } from '../utc.ts';
import type { Change, ReplayResult } from './replay.ts';

const heading: Sentence = {
  en: '{attempts} attempts, {judgements} recipients judged; {unchanged} as before.',
  ja: '接続 {attempts} 件、判定した宛先 {judgements} 件。うち {unchanged} 件は変わらない。',
};
const lists = {
  newlyStopped: { en: 'Newly held back or refused: {count}', ja: '新たに止める: {count} 件' },
  newlyPassed: { en: 'Newly let through: {count}', ja: '新たに通す: {count} 件' },
  otherwise: { en: 'Otherwise changed: {count}', ja: 'ほかに変わるもの: {count} 件' },
} as const satisfies Record<string, Sentence>;
const open: Sentence = {
  en: 'Not decidable: {text} need a text that is no longer kept, {unavailable} a name service that does not answer; {counted} attempts of floods were only counted.',
  ja: '決められないもの: 本文が残っていない {text} 件、DNS が応答しない {unavailable} 件。まとめて数えただけの接続 {counted} 件。',
};
const unseen: Sentence = { en: 'as far as DATA', ja: 'DATA まで' };

export function replayTable(result: ReplayResult, language: Language): string {
  const { attempts, judgements, unchanged, notDecidable } = result;
  const parts = [fill(heading, { attempts, judgements, unchanged }, language)];
  for (const name of ['newlyStopped', 'newlyPassed', 'otherwise'] as const) {
    const changes = result[name];
    parts.push('', fill(lists[name], { count: changes.length }, language));
    if (changes.length > 0) parts.push(table(changes.map(change => row(change, language))));
  }
  return `${[...parts, '', fill(open, notDecidable, language)].join('\n')}\n`;
}

function row({ id, at, client, sender, recipient, before, after, because, isTextUnknown }: Change, language: Language) {
  const now = isTextUnknown ? unseen[language] : after;
  return [
    `  ${utc(at)}`,
    id,
    client,
    cut(showDomains(sender), 32),
    cut(showDomains(recipient), 28),
    `${before} → ${now}`,
    because ?? '',
  ];
}
