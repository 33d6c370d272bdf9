// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { BayesModel } from './bayes.ts';
import { mix } from './features/hash.ts';

const learned = { spam: 10, ham: 10 };
const words = (from: number, count: number) => Uint32Array.from({ length: count }, (_, i) => mix(from + i));

function taught(): BayesModel {
  const model = new BayesModel(new Uint32Array(2 ** 16 * 2));
  for (let i = 0; i < 10; i += 1) {
    model.train(words(1_000, 20), true);
    model.train(words(2_000, 20), false);
    model.train(words(3_000, 20), i % 2 === 0);
  }
  return model;
}

it('says one half before it saw both kinds', () => {
  const model = new BayesModel(new Uint32Array(2 ** 16 * 2));
  model.train(words(0, 10), true);
  assert.deepEqual(model.classify(words(0, 10), { spam: 1, ham: 0 }), { probability: 0.5, words: 0 });
});

it('says one half of words it never saw, and of words both kinds use', () => {
  assert.deepEqual(taught().classify(words(9_000, 50), learned), { probability: 0.5, words: 0 });
  assert.deepEqual(taught().classify(words(3_000, 20), learned), { probability: 0.5, words: 0 });
});

it('knows the words of each kind', () => {
  const spam = taught().classify(words(1_000, 20), learned);
  const ham = taught().classify(words(2_000, 20), learned);
  assert.ok(spam.probability > 0.999 && ham.probability < 0.001, `${spam.probability} ${ham.probability}`);
  assert.equal(spam.words, 20);
});

it('stays in the middle when both kinds speak alike', () => {
  const both = Uint32Array.from([...words(1_000, 10), ...words(2_000, 10)]);
  assert.ok(Math.abs(taught().classify(both, learned).probability - 0.5) < 1e-9);
});

it('stays between 0 and 1 with thousands of words', () => {
  const model = new BayesModel(new Uint32Array(2 ** 20 * 2));
  model.train(words(0, 5_000), true);
  model.train(words(10_000, 5_000), false);
  const spam = model.classify(words(0, 5_000), { spam: 1, ham: 1 });
  const ham = model.classify(words(10_000, 5_000), { spam: 1, ham: 1 });
  assert.ok(spam.probability > 0.999 && spam.probability <= 1);
  assert.ok(ham.probability < 0.001 && ham.probability >= 0);
  assert.equal(spam.words > 4_900, true);
});

it('is surer the more words say the same', () => {
  const model = taught();
  const [few, more, many] = [2, 6, 20].map(count => model.classify(words(1_000, count), learned).probability);
  assert.ok(few! < more! && more! < many!, `${few} ${more} ${many}`);
});
