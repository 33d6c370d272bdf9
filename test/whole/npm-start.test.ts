// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';

const root = join(import.meta.dirname, '../..');

// The shell of an npm script dies of npm's signal and would leave the server behind, with its ports and its data folder.
it('stops the server when `npm start` is told to stop', async t => {
  const data = mkdtempSync(join(tmpdir(), 'sekisho-start-'));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const config = join(data, 'sekisho.toml');
  writeFileSync(config, '[listen]\nsmtp = ["127.0.0.1:0"]\nhttp = []\n');
  const npm = spawn('npm', ['start', '--', '-c', config, '-d', join(data, 'data')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  npm.stdout.on('data', piece => {
    const wasReady = said.includes('"text":"ready"');
    said += String(piece);
    // Once: npm itself dies of a second one.
    if (!wasReady && said.includes('"text":"ready"')) npm.kill('SIGTERM');
  });
  const closed = once(npm, 'close');
  await once(npm, 'exit');
  assert.equal(npm.exitCode, 0);
  await closed;
  assert.match(said, /"text":"stopped"/);
});
