// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isWithin, showDomains, toALabels, toULabels } from './domain.ts';

describe('domain', () => {
  it('is compared as A-labels in lower case, without a final dot', () => {
    assert.deepEqual(['Example.JP.', '日本語.example', 'under_score.example', 'two words', 'a@b', ''].map(toALabels), [
      'example.jp',
      'xn--wgv71a119e.example',
      'under_score.example',
      '',
      '',
      '',
    ]);
  });

  it('is shown as U-labels, and as it is where that cannot be', () => {
    assert.deepEqual(['xn--wgv71a119e.example', 'example.jp', 'xn--\u0000'].map(toULabels), [
      '日本語.example',
      'example.jp',
      'xn--\u0000',
    ]);
  });

  it('is shown as U-labels within an address', () => {
    assert.deepEqual(['a..b@xn--wgv71a119e.example', '@', 'bob@example.jp', 'xn--@xn--.'].map(showDomains), [
      'a..b@日本語.example',
      '@',
      'bob@example.jp',
      'xn--@xn--.',
    ]);
  });

  it('lies within itself and its parents, not within a name it merely ends with', () => {
    const inExample = ['example.jp', 'mx.example.jp', 'badexample.jp', 'jp'].map(name => isWithin(name, 'example.jp'));
    assert.deepEqual(inExample, [true, true, false, false]);
  });
});
