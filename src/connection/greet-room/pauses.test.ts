// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { noSuspicion } from '../../core/suspicion.ts';
import { greetSchema } from './options.ts';
import { greetMs, patienceMs, replyMs, shrunk, unknownMs } from './pauses.ts';
import { suspect } from './room.suite.ts';

const options = greetSchema.parse({});

describe('pauses', () => {
  it('grow with what was found, and never leave their borders', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.double({ min: 0, max: 10, noNaN: true }),
        (a, more) => {
          const [less, worse] = [greetMs(suspect(a), options), greetMs(suspect(a + more), options)];
          ok(less <= worse && less >= 0 && worse <= options.suspectMost);
          ok(replyMs(suspect(a), options) <= options.tarpit.replyMost);
        },
      ),
    );
  });

  it('are none between replies to one of whom nothing bad is known', () => {
    deepEqual([replyMs(noSuspicion, options), patienceMs(noSuspicion, options)], [0, 0]);
  });

  it('ask patience only of those whose name alone speaks against them', () => {
    equal(patienceMs(suspect(0, { isDelayed: true, isAnswerable: true }), options), 60_000);
    equal(patienceMs(suspect(40, { isAnswerable: true }), options), 120_000);
    equal(patienceMs(suspect(40), options), 0);
    equal(patienceMs(suspect(40, { isAnswerable: true, isAllowed: true }), options), 0);
  });

  it('double with each recipient that is refused, up to their border', () => {
    deepEqual(
      [1, 2, 3, 4, 5, 6, 1_000].map(nth => unknownMs(nth, options)),
      [1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000],
    );
  });

  it('stay whole while half of the places are free, and come down to a fifth', () => {
    deepEqual(
      [0, 50, 75, 100, 200].map(taken => shrunk(1_000, taken, 100)),
      [1_000, 1_000, 600, 200, 200],
    );
  });

  it('follow borders that lie the wrong way round without going below the least', () => {
    const odd = greetSchema.parse({ suspectLeast: '9s', suspectMost: '3s', suspectFrom: 5, worstAt: 2 });
    equal(greetMs(suspect(7), odd), 9_000);
  });
});
