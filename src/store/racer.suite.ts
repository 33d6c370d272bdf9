// SPDX-License-Identifier: Apache-2.0
/** Racer — what one of several processes does in `processes.test.ts`: counts, takes tokens, and appends, in the folder it is given. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { systemClock } from '../core/clock.ts';
import { sqliteDirectoryStore } from './directory/sqlite.ts';
import { sqliteRecordStore } from './records/sqlite.ts';
import { sqliteStateStore } from './state/sqlite.ts';
import { startWriter } from './thread/start.ts';

const [, , folder = '', name = '', rounds = '0'] = process.argv;
const clock = systemClock;
const writer = startWriter(clock);
const state = await sqliteStateStore(join(folder, 'state.db'), writer);
const records = await sqliteRecordStore(join(folder, 'records.db'), writer, clock);
const directory = await sqliteDirectoryStore(join(folder, 'directory.db'), writer, clock);
const now = Date.UTC(2026, 0, 1);

let taken = 0;
for (let i = 0; i < Number(rounds); i += 1) {
  records.append(`shared${i}`, [{ at: now + i, kind: name }], { queueIds: [`${name}-${i}`] });
  await state.count('shared', 1, 1e9, now);
  if ((await state.take('tokens', 1, 0, 10, now)).isEnough) taken += 1;
}
await directory.putMailbox({ address: { local: name, domain: 'example.org' } });
for (const store of [state, records, directory, writer]) await store.close();
assert.equal(process.stdout.write(`${taken}\n`), true);
