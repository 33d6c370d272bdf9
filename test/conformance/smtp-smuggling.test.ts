// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { run } from './smtp-smuggling.ts';

const published = join(process.env.SEKISHO_SHARED ?? '../shared', 'conformance/smtp-smuggling');

it('lets no message in or out inside another, by our own list', async test => {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-smuggling-'));
  test.after(() => rm(folder, { recursive: true }));
  const inbound = ['\n.\n', '\n.\r\n', '\r.\r', '\r\n.\n', '\r\n.\r', '\r\n.\r\r\n', '\r\n\0.\0\r\n', '\n\0.\r\n'];
  const outbound = [...inbound, '\r\r\n.\r\r\n', '\n..\n'];
  await writeFile(
    join(folder, 'eod-sequences.json'),
    JSON.stringify({ inbound_eod_sequences: inbound, outbound_eod_sequences: outbound }),
  );
  assert.deepEqual((await run(folder)).misses, []);
});

it('passes the published sequences', { skip: existsSync(published) ? false : `${published} is not here` }, async () => {
  const { passed, total, misses } = await run(published);
  assert.deepEqual(misses, []);
  assert.ok(total >= 16 && passed === total);
});
