// SPDX-License-Identifier: Apache-2.0
/**
 * Puzzle — two questions made from bytes, the same every time: a sum and a choice, so that whoever guesses is right once in 7 × 9 × 6 = 378 tries at best.
 * A sum may be written in digits of any width, in English or in Japanese. Pure; answers are strangers' text and throw nothing.
 */
import { createHash } from 'node:crypto';
import { puzzleKinds, thingsPerKind, type GivenAnswer, type Puzzle, type Work } from '../../core/challenge.ts';

const answerAtMost = 40;

/** Of 32 bytes of HMAC. */
export function puzzleOf(bytes: Buffer): Puzzle {
  const at = (index: number, below: number): number => bytes.readUInt16BE(2 * index) % below;
  const kind = at(2, puzzleKinds);
  const things = Array.from({ length: puzzleKinds }, (_, of) => ({ kind: of, thing: at(3 + of, thingsPerKind) }));
  // Fisher and Yates.
  for (let i = things.length - 1; i > 0; i--) {
    const [one, other] = [things[i], things[at(9 + i, i + 1)]];
    if (!one || !other) continue;
    things[things.indexOf(other)] = one;
    things[i] = other;
  }
  return { tens: 20 + 10 * at(0, 7), ones: 1 + at(1, 9), kind, things };
}

export function isRight({ tens, ones, kind, things }: Puzzle, { sum, choice }: GivenAnswer): boolean {
  if (sum.length > answerAtMost || choice.length > 2) return false;
  const said = sum
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s.。、-]/g, '');
  const right = [String(tens + ones), englishOf(tens, ones).replace('-', ''), kanjiOf(tens, ones)];
  return right.includes(said) && things[Number(choice || -1)]?.kind === kind;
}

/** Whether work was done for it; cheap to tell, at most one SHA-256. */
export function isDone({ salt, bits }: Work, found: string): boolean {
  if (!/^\d{1,15}$/.test(found)) return false;
  return zeroBits(createHash('sha256').update(`${salt}:${found}`).digest()) >= bits;
}

const englishTens = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty'];
const englishOnes = ['', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const kanjiOnes = Array.from(' 一二三四五六七八九');

function englishOf(tens: number, ones: number): string {
  return `${englishTens[tens / 10]}-${englishOnes[ones]}`;
}

function kanjiOf(tens: number, ones: number): string {
  return `${kanjiOnes[tens / 10]}十${kanjiOnes[ones]}`;
}

function zeroBits(bytes: Buffer): number {
  const first = bytes.findIndex(byte => byte !== 0);
  return first < 0 ? bytes.length * 8 : first * 8 + Math.clz32(bytes[first] ?? 0) - 24;
}
