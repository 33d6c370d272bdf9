// SPDX-License-Identifier: Apache-2.0
import { equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { descriptorLimit } from './descriptors.ts';

describe('the limit of descriptors', () => {
  it('is read as the system tells it', () => {
    equal(
      descriptorLimit(
        () =>
          'Limit  Soft Limit  Hard Limit  Units\nMax open files            1024                 524288               files\n',
      ),
      1_024,
    );
    ok(descriptorLimit() > 0);
  });

  it('is none where it is not told', () => {
    equal(
      descriptorLimit(() => 'Max open files  unlimited  unlimited  files\n'),
      Number.POSITIVE_INFINITY,
    );
    const fail = (): string => {
      throw new Error('no /proc');
    };
    equal(descriptorLimit(fail), Number.POSITIVE_INFINITY);
  });
});
