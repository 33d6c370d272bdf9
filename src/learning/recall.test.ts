// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { seededRandom, type Random } from '../core/random.ts';
import { LogisticModel } from './logistic.ts';
import { Recall, recallBytes } from './recall.ts';

/** What all mail has in common, what its kind has in common, and what is its own. */
function message(random: Random, isSpam: boolean): Uint32Array {
  const word = (from: number, count: number): number =>
    Math.imul(from + Math.floor(random.next() * count), 2_654_435_761) >>> 0;
  const common = Array.from({ length: 40 }, (_, i) => Math.imul(i + 1, 2_654_435_761) >>> 0);
  const kind = Array.from({ length: 8 }, () => word(isSpam ? 1_000 : 5_000, 60));
  const own = Array.from({ length: 20 }, () => word(10_000, 20_000));
  return Uint32Array.from([...common, ...kind, ...own]).sort();
}

function taught(order: readonly boolean[], recalls: boolean): LogisticModel {
  const random = seededRandom(3);
  const model = new LogisticModel(new Float32Array(2 ** 16), new Float32Array(2 ** 16));
  const recall = new Recall(new Uint32Array(recallBytes / 4));
  for (const isSpam of order) {
    const filter = message(random, isSpam);
    model.train(filter, isSpam, 0.4);
    const recalled = recall.after({ filter, osb: new Uint32Array() }, isSpam);
    if (recalled && recalls) model.train(recalled.filter, !isSpam, 0.4);
  }
  return model;
}

const hamThenSpam = [...Array.from({ length: 600 }, () => false), ...Array.from({ length: 300 }, () => true)];

it('keeps ham from looking like spam when ham is taught first and spam after it', () => {
  const random = seededRandom(99);
  const model = taught(hamThenSpam, true);
  const scores = Array.from({ length: 200 }, () => model.score(message(random, false))).sort((a, b) => a - b);
  assert.ok((scores[190] ?? 0) < 0, `the 95th of 100 ham has log-odds ${scores[190]}`);
});

it('is what makes that difference', () => {
  const random = seededRandom(99);
  const model = taught(hamThenSpam, false);
  const wrong = Array.from({ length: 200 }, () => model.score(message(random, false))).filter(score => score > 0);
  assert.ok(wrong.length > 20, `only ${wrong.length} of 200`);
});

it('recalls nothing while both kinds are taught in turn, and nothing of a kind it never saw', () => {
  const recall = new Recall(new Uint32Array(recallBytes / 4));
  const example = { filter: Uint32Array.of(1), osb: Uint32Array.of(2) };
  assert.equal(recall.after(example, true), undefined);
  assert.equal(recall.after(example, true), undefined);
  assert.equal(recall.after(example, false), undefined);
  assert.equal(recall.after(example, true), undefined);
});

it('keeps an even sample of a long example', () => {
  const recall = new Recall(new Uint32Array(recallBytes / 4));
  const long = Uint32Array.from({ length: 10_000 }, (_, i) => i);
  recall.after({ filter: long, osb: long }, true);
  recall.after({ filter: Uint32Array.of(1), osb: Uint32Array.of(1) }, false);
  const recalled = recall.after({ filter: Uint32Array.of(2), osb: Uint32Array.of(2) }, false);
  assert.ok(recalled && recalled.filter.length > 400 && recalled.filter.length < 600);
  assert.ok((recalled.filter.at(-1) ?? 0) > 9_900);
});
