// SPDX-License-Identifier: Apache-2.0
/** Replay table — what another configuration would have changed, for the terminal: the counts, then every one of them. */
import { showDomains } from '../../core/domain.ts';
import { fill, type Language, type Sentence } from '../../core/sentence.ts';
import { cut, table } from '../cli/words.ts';
import { actionWords } from '../explain-words.ts';
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
  en: 'Not decidable: {text} whose text is no longer kept, {unavailable} for whom the name service gives no answer now, {counted} attempts of floods that were only counted.',
  ja: '判定できないもの: 本文が残っていない宛先 {text} 件、今 DNS が応答しない宛先 {unavailable} 件、洪水としてまとめて数えただけの接続 {counted} 件。',
};
const unseen: Sentence = { en: 'as far as DATA', ja: 'DATA まで通す（本文は不明）' };
const heads: Readonly<Record<Language, readonly string[]>> = {
  en: ['time (UTC)', 'attempt', 'client', 'from', 'to', 'then → now', 'decided by'],
  ja: ['日時 (UTC)', '接続', '接続元', '送信者', '宛先', '当時 → 新設定', '決め手'],
};
const byScore: Sentence = { en: 'its score', ja: '合計点' };
const more: Sentence = {
  en: 'Why an attempt was judged as it was then: sekisho explain ATTEMPT',
  ja: '当時の判定の理由: sekisho explain 接続',
};

export function replayTable(result: ReplayResult, language: Language): string {
  const { attempts, judgements, unchanged, notDecidable } = result;
  const parts = [fill(heading, { attempts, judgements, unchanged }, language)];
  for (const name of ['newlyStopped', 'newlyPassed', 'otherwise'] as const) {
    const changes = result[name];
    parts.push('', fill(lists[name], { count: changes.length }, language));
    if (changes.length === 0) continue;
    const [first = '', ...rest] = heads[language];
    parts.push(table([[`  ${first}`, ...rest], ...changes.map(change => row(change, language))]));
  }
  const hasChanges = judgements > unchanged + notDecidable.text + notDecidable.unavailable;
  return `${[...parts, '', fill(open, notDecidable, language), ...(hasChanges ? [more[language]] : [])].join('\n')}\n`;
}

function row({ id, at, client, sender, recipient, before, after, because, isTextUnknown }: Change, language: Language) {
  const word = (action: Change['after']): string => actionWords[action]?.[language] ?? action;
  const now = isTextUnknown ? unseen[language] : word(after);
  return [
    `  ${utc(at)}`,
    id,
    client,
    cut(showDomains(sender), 32),
    cut(showDomains(recipient), 28),
    `${word(before)} → ${now}`,
    because ?? byScore[language],
  ];
}
