// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { it } from 'node:test';
import { TestClock } from './core/clock.ts';
import type { Log } from './core/log.ts';
import { openStores } from './stores.ts';
import { parseMessage } from './wire/mime/parse.ts';

it('says at the start how many labels teach nothing, since an older version read their mail', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-stores-'));
  t.after(() => rm(folder, { recursive: true }));
  const lines: unknown[] = [];
  const note: Log['warn'] = (text, fields) => void lines.push([text, fields]);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const first = await openStores(folder, new TestClock(), log);
  for (const n of [1, 2])
    await first.filter.learn(
      parseMessage(Buffer.from(`Subject: ${n}\r\n\r\nx\r\n`)),
      'spam',
      'a@b.jp',
      'person',
      `m${n}`,
    );
  await first.close();
  const again = await openStores(folder, new TestClock(), log);
  await again.close();
  assert.deepEqual(lines, []);
  const database = new DatabaseSync(join(folder, 'learning.db'));
  database.exec(`UPDATE entry SET extractors = replace(extractors, '"version":', '"version":9') WHERE n = 1`);
  database.close();
  const later = await openStores(folder, new TestClock(), log);
  await later.close();
  assert.deepEqual(lines, [['labels of an older version teach nothing any more: teach anew', { labels: 1 }]]);
});
