// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { run } from './spf.ts';

const published = join(process.env.SEKISHO_SHARED ?? '../shared', 'conformance/spf');

it(
  'reads every record as RFC 7208 does',
  { skip: existsSync(published) ? false : `${published} is not here` },
  async () => {
    const { passed, total, misses } = await run(published);
    assert.deepEqual(misses, []);
    assert.ok(total >= 203 && passed === total);
  },
);
