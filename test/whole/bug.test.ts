// SPDX-License-Identifier: Apache-2.0
// An exception that nobody caught: it is logged, what is under way comes to its end, and whoever watches starts the process again.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { cleanUp, root, startServing, type Serving } from './serving.ts';

const folder = await mkdtemp(join(tmpdir(), 'sekisho-bug-'));
after(() => rm(folder, { recursive: true }));
const bug = join(folder, 'bug.mjs');
await writeFile(bug, "process.on('SIGUSR2', () => setImmediate(() => { throw new Error('a bug for a test'); }));");
const program = [process.execPath, '--import', bug, join(root, 'bin/sekisho.js')];

const serve = (processes: number): Promise<Serving> =>
  startServing({ program, toml: `[server]\nprocesses = ${processes}\n[dns]\nservers = ["127.0.0.1:9"]\n` });

/** What the server says until `pattern` is in it. */
function hear(socket: Socket, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const listen = (chunk: Buffer): void => {
      heard += chunk.toString();
      if (!pattern.test(heard)) return;
      socket.off('data', listen);
      resolve(heard);
    };
    socket.on('data', listen);
    socket.once('close', () => reject(new Error(`closed after: ${heard}`)));
  });
}

async function say(socket: Socket, words: string, pattern: RegExp): Promise<string> {
  const heard = hear(socket, pattern);
  socket.write(words);
  return heard;
}

async function untilLogged(serving: Serving, pattern: RegExp): Promise<void> {
  while (!pattern.test(serving.output())) await new Promise(resolve => setTimeout(resolve, 20));
}

it('lets a message that is on its way arrive, then ends with EX_SOFTWARE', { timeout: 60_000 }, async () => {
  const serving = await serve(1);
  after(() => cleanUp(serving));
  const socket = connect(serving.port, '127.0.0.1');
  await hear(socket, /^220 /);
  await say(socket, 'EHLO client.example\r\n', /^250 /m);
  await say(socket, 'MAIL FROM:<alice@example.com>\r\n', /^250 /);
  await say(socket, 'RCPT TO:<postmaster@localhost>\r\n', /^250 /);
  await say(socket, 'DATA\r\n', /^354 /);
  process.kill(serving.pid, 'SIGUSR2');
  await untilLogged(serving, /a bug ends this process/);
  assert.match(await say(socket, 'Subject: x\r\n\r\nx\r\n.\r\n', /^\d{3} /), /^250 2\.0\.0 /);
  assert.equal(await serving.ended(), 70);
  assert.match(serving.output(), /"reason":"a bug for a test"/);
});

it('is replaced by its supervisor, and its sisters go on', { timeout: 60_000 }, async () => {
  const serving = await serve(2);
  after(() => cleanUp(serving));
  const children = async (): Promise<readonly string[]> =>
    (await readFile(`/proc/${serving.pid}/task/${serving.pid}/children`, 'utf8')).trim().split(' ');
  const [first = '', second = ''] = await children();
  process.kill(Number(first), 'SIGUSR2');
  await untilLogged(
    serving,
    /process ended and is started again.*"code":70|"code":70.*process ended and is started again/,
  );
  for (;;) {
    const now = await children();
    if (now.length === 2 && !now.includes(first)) break;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  assert.ok((await children()).includes(second));
  const socket = connect(serving.port, '127.0.0.1');
  await hear(socket, /^220 /);
  socket.destroy();
  assert.equal(await serving.stop(), 0);
});
