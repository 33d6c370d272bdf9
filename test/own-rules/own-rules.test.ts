// SPDX-License-Identifier: Apache-2.0
/** Our own rules — that each is described and tried on both sides of its border, and that real ham has nothing to fear of them. */
import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { readRuleFolder } from '../../src/content/rules/folder.ts';
import { readRules } from '../../src/wire/rules/read.ts';
import { csdmcCorpus, spamAssassinCorpus } from '../../bench/corpora.ts';
import { sharedPath, skipWithout } from '../conformance/where.ts';
import { charsets, hamMessage } from '../ham-ja/messages.ts';
import { japaneseSpam, japaneseSpamArchive } from '../ham-ja/spam.ts';
import { hamTexts } from '../ham-ja/texts.ts';
import { ruleCases } from './cases.ts';
import { folder, ownRules } from './declared.ts';
import { ownEngine } from './engine.ts';

const rules = ownRules();
const scores = new Map(rules.flatMap(({ name, score }) => (score === undefined ? [] : [[name, score] as const])));
const hitsOf = ownEngine();
const cases = ruleCases();

it('has at least 150 rules, each with 0.3 to 2.5 points and a sentence in English and in Japanese', () => {
  assert.ok(scores.size >= 150, `${scores.size}`);
  for (const { name, score, describe, describeJa } of rules) {
    if (name.startsWith('__')) {
      assert.equal(score, undefined, name);
      continue;
    }
    assert.ok(score !== undefined && score >= 0.3 && score <= 2.5, name);
    assert.match(describe ?? '', /^[A-Z"].{9,}$/, name);
    assert.match(describeJa ?? '', /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]{2}/u, name);
  }
});

it('names in its metas only rules that there are, and uses every part of one', () => {
  const metas = rules.filter(({ kind }) => kind === 'meta');
  const named = new Set(metas.flatMap(({ what }) => what.match(/\w+/g) ?? []));
  const all = new Set(rules.map(({ name }) => name));
  assert.deepEqual(
    [...named].filter(name => !all.has(name)),
    [],
  );
  assert.deepEqual(
    [...all].filter(name => name.startsWith('__') && !named.has(name)),
    [],
  );
});

it('is read by the engine without a problem, points and sentences as they are here', () => {
  const set = readRules(readRuleFolder({ path: folder, mode: 'enforce' }).files);
  assert.deepEqual(set.problems, []);
  assert.equal(set.rules.size, rules.length);
  for (const { name, score, describeJa } of rules) {
    const read = set.rules.get(name);
    assert.equal(read?.isUnicode, true, name);
    if (score === undefined) continue;
    assert.equal(read.scores[0], score, name);
    assert.equal(read.describe.get('ja'), describeJa, name);
  }
});

it('hits what each rule is for, and misses what is close to it', async () => {
  const wrong: string[] = [];
  for (const { rule, isHit, bytes } of cases)
    if ((await hitsOf(bytes)).has(rule) !== isHit) wrong.push(`${rule} ${isHit ? 'misses' : 'hits'}`);
  assert.deepEqual(wrong, []);
  for (const name of scores.keys()) {
    for (const side of [true, false]) {
      assert.ok(
        cases.some(({ rule, isHit }) => rule === name && isHit === side),
        `${name}: no case of ${side ? 'a hit' : 'a miss'}`,
      );
    }
  }
});

it('gives none of our Japanese ham two points, in any charset', async t => {
  for (const charset of charsets)
    await holdToHam(
      t,
      charset,
      hamTexts().map(text => hamMessage(text, charset)),
    );
});

it('gives no ham of the SpamAssassin corpus two points', async t => {
  const corpus = spamAssassinCorpus();
  await holdToHam(
    t,
    'SpamAssassin',
    corpus.filter(({ isSpam }) => !isSpam).map(({ bytes }) => bytes),
  );
});

it('gives no ham of CSDMC two points', { skip: skipWithout(sharedPath('corpora/csdmc2010.tar.gz')) }, async t => {
  const corpus = csdmcCorpus() ?? [];
  await holdToHam(
    t,
    'CSDMC',
    corpus.filter(({ isSpam }) => !isSpam).map(({ bytes }) => bytes),
  );
});

it('hits half of the Japanese spam at hand', { skip: skipWithout(japaneseSpamArchive) }, async t => {
  const points: number[] = [];
  for (const bytes of japaneseSpam() ?? []) points.push(sum([...(await hitsOf(bytes))]));
  const hit = points.filter(one => one > 0).length;
  t.diagnostic(`of ${points.length}, ${hit} are hit, ${points.filter(one => one >= 2).length} with two points or more`);
  assert.ok(hit >= points.length / 2, `${hit}`);
});

async function holdToHam(t: TestContext, name: string, ham: readonly Buffer[]): Promise<void> {
  const hits: (readonly string[])[] = [];
  for (const bytes of ham) hits.push([...(await hitsOf(bytes))]);
  const strong = hits.filter(rules => rules.some(rule => (scores.get(rule) ?? 0) >= 1));
  t.diagnostic(
    `${name}: of ${ham.length} ham, ${hits.filter(({ length }) => length > 0).length} are hit, ${strong.length} by a rule of one point or more`,
  );
  assert.deepEqual(
    hits.filter(rules => sum(rules) >= 2),
    [],
  );
  assert.ok(strong.length <= ham.length * 0.005, strong.join(' '));
}

function sum(rules: readonly string[]): number {
  // Rounded: tenths do not add up exactly.
  return Math.round(rules.reduce((total, rule) => total + (scores.get(rule) ?? 0), 0) * 1_000) / 1_000;
}
