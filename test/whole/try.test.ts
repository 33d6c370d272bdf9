// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';

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
  const run = (input: string, ...args: readonly string[]) =>
    spawnSync(
      process.execPath,
      [join(import.meta.dirname, '../../bin/sekisho.js'), '-d', join(folder, 'data'), ...args],
      {
        input,
        cwd: folder,
        encoding: 'utf8',
      },
    );
  run('', 'domain', 'add', 'example.jp');
  run('', 'user', 'add', 'alice@example.jp');
  const { stdout, stderr, status } = run(session, 'try');
  const sent = stdout.split('\n').filter(line => line.startsWith('C: '));
  return { sent: sent.map(line => line.slice(3)), code: status, said: stderr };
}
