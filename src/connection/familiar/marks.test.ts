// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { FamiliarEntry } from './entry.ts';
import { badMarks, marksNow, wornMarks } from './marks.ts';
import { familiarSchema } from './options.ts';
import { added, nothingSeen, type Seen } from './tally.ts';

const day = 86_400_000;
const options = familiarSchema.parse({});
const start = 1_000 * day;

/** A sender's life: what was seen on which day. */
function after(...seen: readonly (readonly [day: number, what: Partial<Seen>])[]): FamiliarEntry {
  let entry: FamiliarEntry | undefined;
  for (const [on, what] of seen) entry = added(entry, { ...nothingSeen(), ...what }, start + on * day, options);
  assert.ok(entry);
  return entry;
}

describe('marks of the filter', () => {
  it('make a young familiar sender a stranger at the first', () => {
    assert.equal(after([0, { wanted: 2 }], [1, { wanted: 1 }]).isFamiliar, true);
    assert.equal(after([0, { wanted: 2 }], [1, { wanted: 1 }], [2, { marked: 1 }]).isFamiliar, false);
  });

  it('are outweighed by a long history, up to ten of them', () => {
    const many = [[0, { wanted: 300 }] as const, [30, { wanted: 300 }] as const];
    assert.equal(after(...many, [31, { marked: 10 }]).isFamiliar, true);
    assert.equal(after(...many, [31, { marked: 11 }]).isFamiliar, false);
  });

  it('put a sender in bad standing where they are four, and more than its wanted mail', () => {
    assert.equal(badMarks(after([0, { marked: 3 }])), undefined);
    assert.equal(badMarks(after([0, { marked: 4 }]))?.count, 4);
    assert.equal(badMarks(after([0, { marked: 4, wanted: 5 }])), undefined);
    assert.equal(badMarks(after([0, { wanted: 300 }], [1, { marked: 100 }])), undefined);
  });

  it("are nothing against a person's word", () => {
    const entry = after([0, { marked: 9 }], [1, { isSure: true }]);
    assert.deepEqual([entry.isFamiliar, badMarks(entry)], [true, undefined]);
  });

  it('wear off when nothing more comes', () => {
    const marks = { count: 4, at: start };
    assert.deepEqual(
      [0, 3, 14, 60].map(on => wornMarks(marks, start + on * day)),
      [4, 3, 0, 0],
    );
  });

  it('never grow by time or a clock that was set back', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1_000, noNaN: true }),
        fc.integer({ min: -(10 ** 12), max: 10 ** 12 }),
        (marked, ms) => {
          const now = marksNow({ marked, markedAt: start }, start + ms);
          return now >= 0 && now <= marked;
        },
      ),
    );
  });
});

describe('a listing that came later', () => {
  it('ends the familiarity of a sender that only we took for wanted, and not that of one with a history', () => {
    assert.equal(after([0, { wanted: 2 }], [1, { wanted: 3, listed: 1 }]).isFamiliar, false);
    assert.equal(after([0, { wanted: 20 }], [1, { wanted: 3, listed: 1 }]).isFamiliar, true);
  });

  it('is over after a week, or by the word of a person', () => {
    assert.equal(after([0, { wanted: 2 }], [1, { wanted: 1, listed: 1 }], [9, { wanted: 1 }]).isFamiliar, true);
    assert.equal(after([0, { wanted: 2 }], [1, { wanted: 1, listed: 1 }], [2, { isSure: true }]).isFamiliar, true);
  });

  it('is no bad standing', () => {
    assert.equal(badMarks(after([0, { wanted: 9, listed: 9 }], [1, { wanted: 9, listed: 9 }])), undefined);
  });
});
