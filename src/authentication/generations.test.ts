// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Generations } from './generations.ts';

describe('generations', () => {
  it('never hold more than they may, and keep what came last', () => {
    const kept = new Generations<number>(10);
    for (let i = 0; i < 100; i++) {
      kept.set(`${i}`, i);
      assert.ok(kept.size <= 10, `${kept.size}`);
    }
    assert.deepEqual([kept.get('99'), kept.get('95'), kept.get('80')], [99, 95, undefined]);
  });

  it('keep what is in use, however much else comes', () => {
    const kept = new Generations<string>(10);
    kept.set('in use', 'a');
    for (let i = 0; i < 100; i++) {
      kept.set(`${i}`, 'b');
      assert.equal(kept.get('in use'), 'a');
      assert.ok(kept.size <= 10, `${kept.size}`);
    }
  });

  it('take a new value for an old key', () => {
    const kept = new Generations<number>(4);
    for (const key of ['a', 'b', 'c']) kept.set(key, 1);
    kept.set('a', 2);
    assert.deepEqual([kept.get('a'), kept.get('b'), kept.size], [2, 1, 3]);
  });
});
