// SPDX-License-Identifier: Apache-2.0
/** Explain scores — in words, what stands beside a score and its points: how probable spam is there, what a weight was before it was learned, what a cap took. */
import { fill, type Language, type Sentence } from '../core/sentence.ts';

const probable: Sentence = {
  en: 'Of labelled mail with such a score {percent} % was spam here.',
  ja: 'ここで正解の付いたメールでは、このスコアの {percent}％が迷惑メールだった。',
};
const moved: Sentence = {
  en: ' (score {to} learned from labels, declared {from})',
  ja: '（スコア {to} は正解から学習。元は {from}）',
};
const shared: Sentence = {
  en: ' (shares the cap of {trait} with another reason: {points} by itself)',
  ja: '（{trait} の上限をほかの理由と共有。単独なら {points}）',
};

export function probabilityIn(probability: unknown, language: Language): readonly string[] {
  if (typeof probability !== 'number') return [];
  return [fill(probable, { percent: Math.round(probability * 10_000) / 100 }, language)];
}

/** After the sentence of a reason; empty where there is nothing more to say. */
export function scoreWords(
  learned: readonly unknown[] | undefined,
  capped: readonly unknown[] | undefined,
  language: Language,
): string {
  const [from, to] = learned ?? [];
  const [trait, points] = capped ?? [];
  return [
    typeof from === 'number' && typeof to === 'number' ? fill(moved, { from, to }, language) : '',
    typeof trait === 'string' && typeof points === 'number' ? fill(shared, { trait, points }, language) : '',
  ].join('');
}
