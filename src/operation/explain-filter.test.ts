// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import type { FilterReasons, Piece } from '../core/filter-reasons.ts';
import { nameOf, tellFilter } from './explain-filter.ts';
import { traitWords } from './explain-filter-words.ts';

const piece = (kind: Piece['kind'], text: string, of = '', apart = 0): Piece => ({ kind, text, of, apart });
const reasons: FilterReasons = {
  logOdds: 4.25,
  learned: { spam: 40, ham: 50 },
  counted: { spam: 39, ham: 50 },
  pieces: [
    { piece: piece('word', 'winner', 'subject'), points: 0.5, spam: 30, ham: 0 },
    { piece: piece('pair', 'minutes', 'the', 2), points: -0.25, spam: 1, ham: 20 },
  ],
  bayes: {
    words: [{ piece: piece('value', 'ff0000'), spamShare: 0.75, hamShare: 0.02 }],
    probability: 0.987,
    ofThese: 0.96,
  },
};

it('names pieces with points and times seen, and words with both shares, in English', () => {
  assert.deepEqual(tellFilter(reasons, 'en'), [
    'The learning filter: +4.250 (log-odds, before any cap), from 40 spam and 50 wanted messages learned.',
    'Its strongest pieces: points lost without the piece; in how many of 39 spam and 50 wanted messages it was seen.',
    '   +0.500     30     0  word “winner” in the field subject',
    '   -0.250      1    20  pair “the” and “minutes”, 2 apart',
    'Bayes: 98.7 % from all words together, 96 % from the 1 strongest alone: P(word|spam), P(word|ham).',
    '  0.7500  0.0200  value “ff0000” in HTML (colour, size, style or link)',
  ]);
});

it('does so in Japanese', () => {
  const lines = tellFilter(reasons, 'ja');
  assert.match(lines[2] ?? '', /\+0\.500 +30 +0 {2}ヘッダ subject の語「winner」$/);
  assert.match(lines[5] ?? '', /^ {2}0\.7500 {2}0\.0200 {2}HTML の値「ff0000」/);
});

it('says that it says nothing while one kind was never taught', () => {
  for (const learned of [
    { spam: 0, ham: 9 },
    { spam: 9, ham: 0 },
  ])
    assert.equal(tellFilter({ ...reasons, learned }, 'en').length, 1);
});

it('lets nothing through that steers a terminal, begins a line or ends the quotes, and cuts what is long', () => {
  const evil = `\u001b[2J\r\n\u202e”x${'y'.repeat(200)}`;
  for (const kind of ['signs', 'word', 'value', 'pair', 'japanese', 'field', 'fields', 'tag', 'tags', 'trait'] as const)
    for (const language of ['en', 'ja'] as const) {
      const name = nameOf(piece(kind, evil, evil), language);
      assert.doesNotMatch(name, /[\u0000-\u001f\u202e]|(?<!\\)”x/);
      assert.ok(name.length < 250);
    }
});

it('has words for every trait the filter hears', () => {
  const source = readFileSync(join(import.meta.dirname, '../learning/features/structure.ts'), 'utf8');
  const kinds = [...source.matchAll(/\badd\((?:'([a-z0-9-]+)'|`([a-z]+)[ $])/g)].map(
    found => found[1] ?? found[2] ?? '',
  );
  assert.ok(kinds.length > 15);
  for (const kind of [...kinds, 'capitals', 'digits', 'beyond']) assert.ok(traitWords[kind], kind);
  assert.equal(nameOf(piece('trait', 'mx.example', 'from0'), 'en'), 'server 1 of the way is of “mx.example”');
  assert.equal(nameOf(piece('trait', 'true', 'agrees reply-to'), 'en'), 'the domain in reply-to is that of From: true');
});
