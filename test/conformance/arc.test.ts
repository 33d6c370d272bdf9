// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { run } from './arc.ts';
import { sharedPath, skipWithout } from './where.ts';

const published = sharedPath('conformance', 'arc');

it('judges and seals chains as the suite of RFC 8617 does', { skip: skipWithout(published) }, async () => {
  const { passed, total, misses } = await run(published);
  assert.deepEqual(misses, []);
  assert.ok(total >= 192 && passed === total);
});
