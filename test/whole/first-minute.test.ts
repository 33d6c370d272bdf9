// SPDX-License-Identifier: Apache-2.0
// The first minute of somebody who has just cloned this: start, send, read, ask why.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createTransport } from 'nodemailer';
import { cleanUp, root, run, startServing } from './serving.ts';

const serving = await startServing({ toml: '[dns]\nservers = ["127.0.0.1:9"]\n' });
after(() => cleanUp(serving));

const send = (to: string, subject = 'Hello') =>
  createTransport({ host: '127.0.0.1', port: serving.port, tls: { rejectUnauthorized: false } }).sendMail({
    from: 'alice@example.com',
    to,
    subject,
    text: 'A first message.',
  });

describe('the first minute', () => {
  it('says what listens where, and a command that sends a first message', () => {
    assert.match(serving.output(), /^ +smtp +127\.0\.0\.1:\d+$/m);
    assert.match(serving.output(), /curl .*--mail-rcpt postmaster@localhost/);
  });

  it('delivers a first message to the mailbox it begins with, and tells why', async () => {
    const { response } = await send('postmaster@localhost');
    const id = /\(id (\w+)\)/.exec(response)?.[1] ?? '';
    const message = await waitForMail(join(serving.dataPath, 'mail/localhost/postmaster'));
    assert.match(message, new RegExp(`^X-Sekisho-Id: ${id}\r?$`, 'm'));
    const told = await serving.run('explain', id);
    assert.match(told.stdout, /Delivered to postmaster@localhost/);
    assert.equal(told.code, 0);
  });

  it('takes mail for a domain that was just added', async () => {
    assert.equal((await serving.run('domain', 'add', 'example.jp')).code, 0);
    assert.equal((await serving.run('user', 'add', 'bob@example.jp')).code, 0);
    await send('bob@example.jp');
    assert.match(await waitForMail(join(serving.dataPath, 'mail/example.jp/bob')), /A first message/);
  });

  it('refuses to relay, in words with an id', async () => {
    await assert.rejects(send('carol@example.net'), /550 5\.7\.1 .*\(id \w+\)/);
  });

  it('refuses a second server on the same data folder in a sentence', async () => {
    const second = await serving.run('serve');
    assert.notEqual(second.code, 0);
    assert.match(second.stderr, /Another server uses this data folder/);
  });

  it('says in a sentence that its port is taken', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sekisho-port-'));
    await writeFile(join(folder, 'taken.toml'), `[listen]\nsmtp = ["127.0.0.1:${serving.port}"]\nhttp = []\n`);
    const second = await run([
      process.execPath,
      join(root, 'bin/sekisho.js'),
      'serve',
      '-c',
      join(folder, 'taken.toml'),
      '-d',
      join(folder, 'data'),
    ]);
    await rm(folder, { recursive: true });
    assert.equal(second.code, 78);
    assert.match(second.stderr, /127\.0\.0\.1:\d+ is in use by another program: stop that one, or set listen\.smtp/);
  });

  it('answers metrics, health and readiness', async () => {
    const get = async (path: string) => (await fetch(`http://127.0.0.1:${serving.httpPort}${path}`)).text();
    assert.equal(await get('/healthz'), 'ok\n');
    assert.equal(await get('/readyz'), 'ready\n');
    assert.match(await get('/metrics'), /^sekisho_attempts_total \d+$/m);
  });

  it('starts under an old Node, which hands over to the right one', async () => {
    // Named imports are resolved before the first line runs; Node 20 lacks enableCompileCache.
    const source = await readFile(join(root, 'bin/sekisho.js'), 'utf8');
    assert.doesNotMatch(source, /import \{[^}]*\} from 'node:module'/);
  });

  it('shows the configuration a line each, without padding to its longest value', async () => {
    const { stdout } = await serving.run('config', 'show');
    assert.match(stdout, /^server\.maxHops = 50 +# default$/m);
    assert.doesNotMatch(stdout, / {200}/);
  });

  it('lists the queue as JSON without the header fields that delivery writes', async () => {
    await serving.run('alias', 'add', 'away@example.jp', 'carol@example.net');
    await send('away@example.jp');
    const { stdout } = await serving.run('queue', 'list', '--json');
    assert.match(stdout, /"local":"carol"/);
    assert.doesNotMatch(stdout, /"prefix"|"cuts"/);
  });

  it('ends with 0 when it is told to', async () => {
    assert.equal(await serving.stop(), 0);
  });
});

async function waitForMail(maildir: string): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const [name] = await readdir(join(maildir, 'new')).catch(() => []);
    if (name) return readFile(join(maildir, 'new', name), 'utf8');
    await new Promise(resolve => setTimeout(resolve, 25));
  }
  throw new Error(`nothing came into ${maildir}`);
}
