// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { decode, encode, sorted } from './code.ts';
import { mix, saltOf } from './hash.ts';
import { FeatureSet } from './set.ts';

const feature = fc.oneof(fc.nat(0xffffffff), fc.nat(300), fc.constantFrom(0, 0xffffffff, 0x80000000));

it('sorts features as numbers', () => {
  fc.assert(
    fc.property(fc.array(feature), values => {
      assert.deepEqual(
        [...sorted(Uint32Array.from(values))],
        values.toSorted((a, b) => a - b),
      );
    }),
  );
});

it('reads back the features it coded', () => {
  fc.assert(
    fc.property(fc.array(feature), values => {
      const inOrder = sorted(Uint32Array.from(values));
      assert.deepEqual(decode(encode(inOrder)), inOrder);
    }),
  );
});

it('reads any bytes without a fault', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), bytes => void decode(bytes)));
});

it('keeps each feature once, in the order they came', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 0xffffffff })), values => {
      const set = new FeatureSet(1_000);
      for (const value of values) set.add(value);
      assert.deepEqual([...set.features], [...new Set(values)]);
    }),
  );
});

it('leaves out what comes after its limit, whatever its hash', () => {
  for (const limit of [20_000, 8_191, 8_192, 8_193]) {
    const set = new FeatureSet(limit);
    const values = Array.from({ length: 30_000 }, (_, i) => mix(i + 1));
    for (const value of values) set.add(value);
    assert.deepEqual([...set.features], values.slice(0, limit));
  }
});

it('is empty again after it was cleared, also when it had grown', () => {
  const set = new FeatureSet(30_000);
  for (let i = 1; i < 20_000; i += 1) set.add(mix(i));
  set.clear();
  assert.equal(set.size, 0);
  for (const value of [7, 7, 8]) set.add(value);
  assert.deepEqual([...set.features], [7, 8]);
});

it('mixes numbers without losing any', () => {
  const mixed = new Set(Array.from({ length: 100_000 }, (_, i) => mix(i)));
  assert.equal(mixed.size, 100_000);
});

it('salts kinds apart', () => {
  assert.notEqual(saltOf('word'), saltOf('gram'));
});
