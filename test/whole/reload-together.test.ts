// SPDX-License-Identifier: Apache-2.0
// SIGHUP with several processes: all take a file over or none does, and one that is started again runs what the others run, whatever the file has become.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { after, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { childrenOf } from '../kill/processes.ts';
import { cleanUp, startServing } from './serving.ts';

const serving = await startServing({
  toml: '[server]\nprocesses = 2\nhostname = "mx.example.jp"\n[dns]\nservers = ["127.0.0.1:9"]\n[smtp]\nmessageSize = "2MB"\n',
});
after(() => cleanUp(serving));
const { port } = serving;
const original = await readFile(serving.configPath, 'utf8');
const withSize = (size: string, more = ''): string => original.replace('"2MB"', `"${size}"`) + more;

it('takes a good file over in every process, and says so once', async () => {
  assert.deepEqual(await sizes(), ['2000000']);
  const said = await reload(withSize('3MB'));
  assert.equal(said.match(/configuration taken over/g)?.length, 1);
  assert.deepEqual(await sizes(), ['3000000']);
});

it('leaves a file that no process can follow alone, in all of them, and says why once', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const at = `127.0.0.1:${portOf(taken.address())}`;
  const said = await reload(withSize('4MB').replace(/^smtp = .*$/m, `smtp = ["127.0.0.1:${port}", "${at}"]`));
  taken.close();
  assert.equal(said.match(/not taken over/g)?.length, 1);
  assert.match(said, /is in use by another program/);
  assert.deepEqual(await sizes(), ['3000000']);
});

it('starts a killed process again with what the others run, though the file is broken by now', async () => {
  assert.match(await reload('[server'), /not taken over/);
  await killOne();
  await untilReady();
  assert.deepEqual(await sizes(), ['3000000']);
});

it('keeps to the number of processes it began with, also in one that is started again', async () => {
  const said = await reload(withSize('5MB').replace('processes = 2', 'processes = 1'));
  assert.match(said, /"needsRestart":\["server\.processes"\]/);
  await killOne();
  await untilReady();
  assert.deepEqual(await sizes(), ['5000000']);
});

it('takes a file over that came while a process was starting', async () => {
  await killOne();
  await reload(withSize('6MB'));
  await untilReady();
  assert.deepEqual(await sizes(), ['6000000']);
});

async function reload(toml: string): Promise<string> {
  const before = serving.output().length;
  await writeFile(serving.configPath, toml);
  process.kill(serving.pid, 'SIGHUP');
  const said = () => serving.output().slice(before);
  await until(() => /taken over/.test(said()), 'the log tells of it');
  // Whoever else had something to say would have by now: a log is written every 200 ms.
  await serving.run('queue');
  return said();
}

/** Another one is starting. */
async function killOne(): Promise<void> {
  const [first = 0] = childrenOf(serving.pid);
  process.kill(first, 'SIGKILL');
  await until(() => !childrenOf(serving.pid).includes(first), 'it has ended');
}

async function untilReady(): Promise<void> {
  await until(async () => (await fetch(`http://127.0.0.1:${serving.httpPort}/readyz`)).ok, 'all are ready');
}

/** What is offered to 20 connections, each once: the kernel deals them out by the peer's port, so that some come to each process. */
async function sizes(): Promise<readonly string[]> {
  const offered = await Promise.all(Array.from({ length: 20 }, sizeOffered));
  return [...new Set(offered)];
}

async function sizeOffered(): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    if (/^220 [^\n]*\n$/.test(text)) socket.write('EHLO client.example\r\n');
    if (/^250 /m.test(text) && !socket.writableEnded) socket.end('QUIT\r\n');
  }
  return /SIZE (\d+)/.exec(text)?.[1] ?? text;
}

async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await isSo()) return;
    await pause(25);
  }
  throw new Error(`not within 10 s: ${what}:\n${serving.output()}`);
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
