// SPDX-License-Identifier: Apache-2.0
import { equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../core/random.ts';
import { deliverySchema } from './options.ts';
import { ageOf, longestWait, waitAfter } from './schedule.ts';

const options = deliverySchema.parse({});
const minute = 60_000;

describe('schedule', () => {
  it('waits longer after each try, the last wait again and again, each a fifth more or less', () => {
    const random = seededRandom(1);
    for (const [attempts, minutes] of [
      [0, 1],
      [1, 5],
      [2, 15],
      [3, 30],
      [4, 60],
      [5, 120],
      [6, 240],
      [7, 240],
      [500, 240],
    ] as const) {
      for (let i = 0; i < 50; i++) {
        const wait = waitAfter(attempts, options, random);
        ok(wait >= 0.8 * minutes * minute && wait <= 1.2 * minutes * minute);
      }
    }
    equal(longestWait(options), 288 * minute);
  });

  it('counts an age from the acceptance, or from the tries when that lies in the future', () => {
    equal(ageOf(1_000, 3, 5_000, options), 4_000);
    equal(ageOf(5_000, 3, 5_000, options), 0);
    equal(ageOf(5_001, 3, 5_000, options), 21 * minute);
    equal(ageOf(5_001, 9, 5_000, options), (1 + 5 + 15 + 30 + 60 + 120 + 240 + 2 * 240) * minute);
  });
});
