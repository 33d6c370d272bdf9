// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it, type TestContext } from 'node:test';

/** A data folder with alice; each test has a copy. */
const prepared = mkdtempSync(join(tmpdir(), 'sekisho-try-'));
after(() => rmSync(prepared, { recursive: true }));
run(prepared, '', 'domain', 'add', 'example.jp');
run(prepared, '', 'user', 'add', 'alice@example.jp');

it('sends nothing where nothing is to be said', t => {
  assert.deepEqual(heard(t, ''), { sent: [], code: 0, said: '' });
});

it('takes a line that begins with # for a remark, and in a message for text', t => {
  const { sent } = heard(
    t,
    '# client 192.0.2.9\nEHLO client.example\nMAIL FROM:<bob@client.example>\nRCPT TO:<alice@example.jp>\nDATA\n\n# a heading\n.\n# done\nQUIT',
  );
  assert.deepEqual(sent.slice(-4), ['', '# a heading', '.', 'QUIT']);
});

it('ends where the server hangs up', t => {
  const { sent, said } = heard(t, 'GET / HTTP/1.1\nHost: example.jp\n\nQUIT\n');
  assert.deepEqual(sent, ['GET / HTTP/1.1']);
  assert.equal(said, '');
});

function heard(t: TestContext, session: string) {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-try-'));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(prepared, folder, { recursive: true });
  const { stdout, stderr, status } = run(folder, session, 'try');
  const sent = stdout.split('\n').filter(line => line.startsWith('C: '));
  return { sent: sent.map(line => line.slice(3)), code: status, said: stderr };
}

function run(folder: string, input: string, ...args: readonly string[]) {
  return spawnSync(
    process.execPath,
    [join(import.meta.dirname, '../../bin/sekisho.js'), '-d', join(folder, 'data'), ...args],
    { input, cwd: folder, encoding: 'utf8' },
  );
}
