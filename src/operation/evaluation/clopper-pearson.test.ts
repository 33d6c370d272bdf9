// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clopperPearson } from './clopper-pearson.ts';

describe('the exact interval of a share', () => {
  // By R: binom.test(x, n)$conf.int.
  const known = [
    [0, 1000, 0, 0.3682084],
    [1, 100, 0.0253146, 5.445937],
    [5, 10, 18.7086, 81.2914],
    [10, 10, 69.15029, 100],
  ] as const;
  for (const [count, of, low, high] of known)
    it(`is that of R for ${count} of ${of}`, () => {
      const figure = clopperPearson(count, of);
      assert.ok(Math.abs(figure.low - low) < 1e-4, `${figure.low}`);
      assert.ok(Math.abs(figure.high - high) < 1e-4, `${figure.high}`);
    });
});
