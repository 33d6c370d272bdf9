// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { run } from './psl.ts';
import { sharedPath, skipWithout } from './where.ts';

const published = sharedPath('conformance', 'psl');

it('knows which domains were registered', { skip: skipWithout(published) }, async () => {
  const { passed, total, misses } = await run(published);
  assert.deepEqual(
    misses.filter(({ known }) => known === undefined),
    [],
  );
  assert.ok(total >= 78 && passed >= 76, `${passed}/${total}`);
});
