// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { reliabilityCurve, rocCurve, scoreHistogram } from './charts.ts';
import { evaluate, summaryOf, type EvaluateOptions } from './evaluate.ts';
import type { Judge, Output } from './ports.ts';

/** Twenty messages, every second one spam, that say their number. */
function corpus(t: TestContext): { path: string; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-evaluate-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const numbers = Array.from({ length: 20 }, (_, i) => i);
  for (const i of numbers) writeFileSync(join(folder, `${i}`), `Subject: ${i}\n\n<${i}>\n`);
  writeFileSync(join(folder, 'index'), numbers.map(i => `${i % 2 ? 'spam' : 'ham'} ${i}\n`).join(''));
  return { path: join(folder, 'index'), folder };
}

/** Judges the truth, but for message 4 (ham, judged spam) and message 7 (spam, judged ham); notes what it was told. */
function judgeOf(heard: string[]): Judge {
  const numberOf = (message: Buffer) => Number(/^Subject: (\d+)/.exec(message.toString())?.[1]);
  const scoreOf = (i: number) => (i === 4 ? 9 : i === 7 ? -9 : i % 2 ? 1 : -1);
  return {
    async judge(message) {
      const i = numberOf(message);
      heard.push(`judge ${i}`);
      return {
        score: scoreOf(i),
        isSpam: scoreOf(i) > 0,
        probability: scoreOf(i) > 0 ? 0.9 : 0.1,
        why: () => [`number ${i} & why`],
      };
    },
    async learn(message, label, id) {
      heard.push(`learn ${label} ${id}`);
    },
  };
}

function outputOf(): Output & { readonly written: string[] } {
  const written: string[] = [];
  let seconds = 0;
  return { written, write: text => void written.push(text), progress() {}, cpuSeconds: () => (seconds += 0.5) };
}
const options = (path: string, more: Partial<EvaluateOptions> = {}): EvaluateOptions => ({
  path,
  language: 'en',
  isJson: false,
  ...more,
});

it('judges each message before it learns its label', async t => {
  const heard: string[] = [];
  await evaluate(options(corpus(t).path), judgeOf(heard), outputOf());
  assert.deepEqual(heard.slice(0, 4), ['judge 0', 'learn ham 1 0', 'judge 1', 'learn spam 2 1']);
  assert.equal(heard.length, 40);
});

it('learns the first part and judges the rest when asked to split', async t => {
  const heard: string[] = [];
  await evaluate(options(corpus(t).path, { trainPercent: 50 }), judgeOf(heard), outputOf());
  assert.deepEqual(
    heard.map(line => line.split(' ')[0]),
    [...Array.from({ length: 10 }, () => 'learn'), ...Array.from({ length: 10 }, () => 'judge')],
  );
});

it('says so when a split leaves nothing to judge', async t => {
  await assert.rejects(
    evaluate(options(corpus(t).path, { trainPercent: 100 }), judgeOf([]), outputOf()),
    /cannot be read/,
  );
});

it('shuffles alike for the same seed', async t => {
  const { path } = corpus(t);
  const orders = await Promise.all(
    [7, 7, 8].map(async shuffleSeed => {
      const heard: string[] = [];
      await evaluate(options(path, { shuffleSeed }), judgeOf(heard), outputOf());
      return heard.join();
    }),
  );
  assert.deepEqual([orders[0] === orders[1], orders[0] === orders[2]], [true, false]);
});

it('writes one object with its figures in percent and the worst misses', async t => {
  const output = outputOf();
  const evaluation = await evaluate(options(corpus(t).path, { isJson: true }), judgeOf([]), output);
  const printed: unknown = JSON.parse(output.written.join(''));
  const summary = summaryOf(evaluation);
  assert.deepEqual(printed, summary);
  assert.deepEqual(
    [summary.messages, summary.ham, summary.spam, summary.hm, summary.sm, summary.lam],
    [20, 10, 10, 10, 10, 10],
  );
  assert.deepEqual([summary.oneMinusRoca, summary.smAtHm01, summary.cpuSecondsPer1000], [19, 100, 500]);
  assert.deepEqual(
    summary.misses.map(miss => [miss.name, miss.label, miss.why]),
    [
      ['4', 'ham', ['number 4 & why']],
      ['7', 'spam', ['number 7 & why']],
    ],
  );
});

it('prints a table in both languages', async t => {
  const { path } = corpus(t);
  for (const [language, words] of [
    ['en', /False positives \(hm\) +10\.00 %/],
    ['ja', /誤検出率 \(hm\) +10\.00 %/],
  ] as const) {
    const output = outputOf();
    await evaluate(options(path, { language }), judgeOf([]), output);
    assert.match(output.written.join(''), words);
  }
});

it('writes the report in one language, whichever was asked for', async t => {
  const { path, folder } = corpus(t);
  const write = async (language: 'en' | 'ja'): Promise<string> => {
    const reportPath = join(folder, `${language}.html`);
    const more: Partial<EvaluateOptions> = { reportPath, language, trainPercent: 25, shuffleSeed: 3 };
    await evaluate(options(path, more), judgeOf([]), outputOf());
    return readFileSync(reportPath, 'utf8');
  };
  const texts = (html: string): readonly string[] =>
    html
      .replace(/<style>.*?<\/style>/s, '')
      .split(/<[^>]*>/)
      .filter(text => /[\p{L}]/u.test(text));
  const [english, japanese] = [await write('en'), await write('ja')];
  assert.match(english, /<html lang="en">/);
  assert.deepEqual(
    texts(english).filter(text => /[ぁ-んァ-ヶ一-龠]/.test(text)),
    [],
  );
  assert.match(japanese, /<html lang="ja">/);
  // Names of messages, of measures and of Sekisho stay as they are.
  const kept = /^(Sekisho – |\(1-ROCA\)$|number \d+ )/;
  assert.deepEqual(
    texts(japanese).filter(text => !/[ぁ-んァ-ヶ一-龠]/.test(text) && !kept.test(text)),
    [],
  );
});

it('keeps every label of a chart inside of it', () => {
  const outcomes = [0, 1, 2, 3].map(
    i => ({ label: i % 2 ? 'spam' : 'ham', score: i, isSpam: i > 1, probability: i / 4 }) as const,
  );
  const titles = { x: 'x', y: 'y' };
  for (const svg of [
    rocCurve(outcomes, titles),
    scoreHistogram(outcomes, titles),
    reliabilityCurve(outcomes, titles),
  ]) {
    const [, width = 0] = /viewBox="0 0 (\d+) /.exec(svg)?.map(Number) ?? [];
    for (const [, x, text = ''] of svg.matchAll(/<text x="([\d.]+)"[^>]*text-anchor="middle">([^<]*)</g))
      // 11 px signs are about 6.5 px wide.
      assert.ok(Number(x) + (text.length * 6.5) / 2 <= width, `${text} at ${x}`);
  }
});

it('writes a report that loads nothing and lets no message speak for itself', async t => {
  const { path, folder } = corpus(t);
  const reportPath = join(folder, 'report.html');
  await evaluate(options(path, { reportPath }), judgeOf([]), outputOf());
  const html = readFileSync(reportPath, 'utf8');
  assert.equal(html.match(/<svg/g)?.length, 3);
  assert.match(html, /number 4 &#38; why/);
  assert.doesNotMatch(html, /NaN|undefined|src=|href=|<script/);
});
