// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { Fault } from '../core/faults.ts';
import { openDataFolder, unfinishedRestoreName } from './folder.ts';

function place(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-folder-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}
const refused = (words: RegExp) => (error: unknown) =>
  error instanceof Fault && error.code === 'bad-configuration' && words.test(error.detail);

it('makes a folder nobody else can look into', async t => {
  const path = join(place(t), 'new', 'data');
  const folder = await openDataFolder(path);
  assert.equal(statSync(path).mode & 0o777, 0o700);
  assert.equal(folder.records, join(path, 'records.db'));
});

it('closes a folder that is open to others', async t => {
  const path = join(place(t), 'data');
  mkdirSync(path);
  chmodSync(path, 0o755);
  await openDataFolder(path);
  assert.equal(statSync(path).mode & 0o777, 0o700);
});

it('says what is wrong when a file is in its place', async t => {
  const path = join(place(t), 'data');
  writeFileSync(path, '');
  await assert.rejects(openDataFolder(path), refused(/data folder .* cannot be made/));
});

it(
  'refuses a place where no folder can be made, and does not try for ever',
  { timeout: 10_000, skip: existsSync('/proc/self') ? false : 'there is no such place here' },
  () => assert.rejects(openDataFolder('/proc/sekisho/data'), refused(/cannot be made/)),
);

it('refuses a folder that a restore has not finished', async t => {
  const path = place(t);
  writeFileSync(join(path, unfinishedRestoreName), '');
  await assert.rejects(openDataFolder(path), refused(/did not finish/));
});
