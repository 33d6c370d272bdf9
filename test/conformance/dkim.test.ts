// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { run } from './dkim.ts';
import { sharedPath, skipWithout } from './where.ts';

const published = sharedPath('conformance', 'dkim');

it('verifies DKIM and DomainKeys as the published messages want it', { skip: skipWithout(published) }, async () => {
  const { passed, total, misses, notes } = await run(published);
  assert.deepEqual(
    misses.filter(({ known }) => known === undefined),
    [],
  );
  assert.ok(total >= 88 && passed >= total - 6);
  // RFC 8301 is kept by default: nothing weak passes, and nothing else is lost by it.
  assert.match(notes[0] ?? '', /^default: \d+ as expected, \d+ policy, 1 missed, of/);
});
