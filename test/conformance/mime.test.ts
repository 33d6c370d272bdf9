// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as tables from './mime-tables.ts';
import { run } from './mime.ts';
import { sharedPath, skipWithout } from './where.ts';

const messages = sharedPath('conformance/mime/resources/eml');
const tablesPath = sharedPath('conformance', tables.folder);

it(
  'reads published messages as expected, but for gaps that are known and explained',
  { skip: skipWithout(messages) },
  async () => {
    const { passed, total, misses } = await run(messages);
    assert.deepEqual(
      misses.filter(miss => miss.known === undefined),
      [],
    );
    assert.equal(total, 107);
    assert.ok(passed >= 101, `${passed} of ${total}`);
  },
);

it('reads published header values as expected, but for known gaps', { skip: skipWithout(tablesPath) }, async () => {
  const { passed, total, misses } = await tables.run(tablesPath);
  assert.deepEqual(
    misses.filter(miss => miss.known === undefined),
    [],
  );
  assert.ok(passed >= 370, `${passed} of ${total}`);
});
