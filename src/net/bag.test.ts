// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Bag } from './bag.ts';

const thing = (name: number) => ({ name, place: -1 });

describe('bag', () => {
  it('holds what a set would, whoever comes and goes', () => {
    const moves = fc.array(fc.record({ name: fc.nat(9), comes: fc.boolean() }), { maxLength: 100 });
    fc.assert(
      fc.property(moves, steps => {
        const [bag, set] = [new Bag<ReturnType<typeof thing>>(), new Set<unknown>()];
        const things = Array.from({ length: 10 }, (_, name) => thing(name));
        for (const { name, comes } of steps) {
          const one = things[name] ?? thing(name);
          if (!comes) assert.equal(bag.delete(one), set.delete(one));
          else if (!set.has(one)) {
            bag.add(one);
            set.add(one);
          }
          assert.equal(bag.size, set.size);
        }
        assert.deepEqual(new Set(bag.all()), set);
        assert.deepEqual(new Set(bag.empty()), set);
        assert.ok(bag.size === 0 && things.every(one => !bag.delete(one)));
      }),
    );
  });

  it('does not give away what lies in another', () => {
    const [bag, other] = [new Bag<ReturnType<typeof thing>>(), new Bag<ReturnType<typeof thing>>()];
    const [mine, theirs] = [thing(1), thing(2)];
    bag.add(mine);
    other.add(theirs);
    assert.deepEqual([bag.delete(theirs), bag.size, other.size], [false, 1, 1]);
  });
});
