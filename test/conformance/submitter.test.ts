// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { path, run } from './submitter.ts';

it('answers SUBMITTER as RFC 4405 does', async () => {
  const { passed, total, misses } = await run(path);
  assert.deepEqual(misses, []);
  assert.ok(total >= 20 && passed === total);
});
