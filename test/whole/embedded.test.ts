// SPDX-License-Identifier: Apache-2.0
/** A server inside another program. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { openWorkplace, readSettings, startServer } from '../../src/index.ts';
import { sendTo } from '../real/smtp-talk.ts';

/** Their names, as the kernel has them. */
async function threads(): Promise<readonly string[]> {
  const ids = await readdir('/proc/self/task');
  const names = ids.map(id => readFile(join('/proc/self/task', id, 'comm'), 'utf8').catch(() => ''));
  return (await Promise.all(names)).map(name => name.trim());
}

async function prepared(test: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-embedded-'));
  test.after(() => rm(folder, { recursive: true }));
  const rules = join(folder, 'rules');
  await mkdir(rules);
  // Not proven fast: on a long text it is run in a thread.
  await writeFile(join(rules, 'own.cf'), 'rawbody SLOW /a.*a.*a.*a.*b$/\nscore SLOW 0.1\n');
  const settings = readSettings(
    `[listen]\nsmtp = ["127.0.0.1:0"]\nhttp = []\n[checks.rules]\nfolders = [{ path = "${rules}" }]\n`,
  );
  return { settings, dataPath: join(folder, 'data') };
}

const message = `From: a@example.org\r\nSubject: x\r\n\r\n${'a'.repeat(900)}b\r\n`;

describe('a program that embeds', { skip: process.platform !== 'linux' }, () => {
  it('a server has no thread of its rules left after it', async test => {
    const { settings, dataPath } = await prepared(test);
    const server = await startServer(settings, dataPath);
    test.after(() => server.close(0));
    const port = Number(server.addresses[0]?.split(':').at(-1));
    await sendTo(port, { from: '', to: 'postmaster@localhost', message });
    assert.ok((await threads()).includes('sekisho rules'));
    await server.close(0);
    assert.ok(!(await threads()).includes('sekisho rules'));
  });

  it('a workplace has none left either', async test => {
    const { settings, dataPath } = await prepared(test);
    const place = await openWorkplace(settings, dataPath);
    await place.judge(Buffer.from(message));
    assert.ok((await threads()).includes('sekisho rules'));
    await place.close();
    assert.ok(!(await threads()).includes('sekisho rules'));
  });
});
