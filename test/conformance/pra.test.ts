// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { path, run } from './pra.ts';

it('finds the purported responsible address as RFC 4407 does', async () => {
  const { passed, total, misses } = await run(path);
  assert.deepEqual(misses, []);
  assert.ok(total >= 40 && passed === total);
});
