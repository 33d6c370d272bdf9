// SPDX-License-Identifier: Apache-2.0
/** Explain filter — the learning filter's own reason in words: its strongest pieces with points and times seen, and Bayes word by word. */
import type { BayesWord, FilterReasons, Piece, StrongPiece } from '../core/filter-reasons.ts';
import { harmless } from '../core/harmless.ts';
import { fill, type Language, type Sentence } from '../core/sentence.ts';
import { kindWords, traitWords } from './explain-filter-words.ts';

const longest = 60;

/** Lines to be printed; nothing in them that strangers wrote steers a terminal or begins a line. */
export function tellFilter(reasons: FilterReasons, language: Language): readonly string[] {
  const { learned, counted, logOdds, pieces, bayes } = reasons;
  const say = (sentence: Sentence, details: Readonly<Record<string, string | number>>) =>
    fill(sentence, details, language);
  const percent = (share: number) => Math.round(share * 1_000) / 10;
  if (learned.spam === 0 || learned.ham === 0) return [say(untaught, {})];
  return [
    say(title, { logOdds: signed(logOdds), ...learned }),
    say(columns, counted),
    ...pieces.map(piece => `  ${tellPiece(piece, language)}`),
    say(bayesTitle, {
      percent: percent(bayes.probability),
      ofThese: percent(bayes.ofThese),
      count: bayes.words.length,
    }),
    ...bayes.words.map(word => `  ${tellWord(word, language)}`),
  ];
}

const untaught: Sentence = {
  en: 'The learning filter has not learned both spam and wanted mail yet, and says nothing.',
  ja: '学習型フィルタは、迷惑メールと通常のメールの両方を学習するまで何も言わない。',
};
const title: Sentence = {
  en: 'The learning filter: {logOdds} (log-odds, before any cap), from {spam} spam and {ham} wanted messages learned.',
  ja: '学習型フィルタ: {logOdds}（対数オッズ、上限を掛ける前）。学習済みは迷惑メール {spam} 通、通常のメール {ham} 通。',
};
const columns: Sentence = {
  en: 'Its strongest pieces: points lost without the piece; in how many of {spam} spam and {ham} wanted messages it was seen.',
  ja: '最も強い手がかり: それがなければ減る点数と、迷惑メール {spam} 通・通常のメール {ham} 通のうち現れた数。',
};
const bayesTitle: Sentence = {
  en: 'Bayes: {percent} % from all words together, {ofThese} % from the {count} strongest alone: P(word|spam), P(word|ham).',
  ja: 'ベイズ: 全部の語で {percent}％、最も強い {count} 語だけで {ofThese}％。P(語|迷惑メール)、P(語|通常のメール)。',
};

function tellPiece({ piece, points, spam, ham }: StrongPiece, language: Language): string {
  return `${signed(points).padStart(7)}  ${String(spam).padStart(5)} ${String(ham).padStart(5)}  ${nameOf(piece, language)}`;
}

function tellWord({ piece, spamShare, hamShare }: BayesWord, language: Language): string {
  return `${spamShare.toFixed(4)}  ${hamShare.toFixed(4)}  ${nameOf(piece, language)}`;
}

/** A piece in plain words. */
export function nameOf(piece: Piece, language: Language): string {
  const details = { text: quotable(piece.text), of: quotable(piece.of), apart: piece.apart };
  if (piece.kind !== 'trait') return fill(kindWords(piece), details, language);
  const [, kind = piece.of, which = ''] = /^(domain|agrees|from)[ ]?(.+)$/.exec(piece.of) ?? [];
  const words = traitWords[kind];
  if (!words) return `${details.of}: “${details.text}”`;
  return fill(words, { ...details, which: kind === 'from' ? Number(which) + 1 : quotable(which) }, language);
}

/** Spaces at either end are seen, quotes do not end what is quoted. */
function quotable(text: string): string {
  const signs = Array.from(harmless(text));
  const short = signs.length > longest ? [...signs.slice(0, longest - 1), '…'] : signs;
  return short.join('').replaceAll(/[“”「」]/g, sign => `\\${sign}`);
}

function signed(points: number): string {
  return `${points > 0 ? '+' : ''}${points.toFixed(3)}`;
}
