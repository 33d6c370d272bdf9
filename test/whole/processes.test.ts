// SPDX-License-Identifier: Apache-2.0
// Several processes as one server: who is killed comes back, who loses the supervisor ends, who is told to stop stops at once.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { holdLock } from '../../src/store/lock.ts';
import { childrenOf, isAlive } from '../kill/processes.ts';
import { cleanUp, root, startServing, type Serving } from './serving.ts';

const toml = '[server]\nprocesses = 2\nhostname = "mx.example.jp"\n[dns]\nservers = ["127.0.0.1:9"]\n';

async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await isSo()) return;
    await pause(25);
  }
  throw new Error(`not within 10 s: ${what}`);
}

async function untilSome<T>(find: () => readonly T[]): Promise<readonly T[]> {
  await until(() => find().length > 0, 'something is found');
  return find();
}

function hasOpen(pid: number, name: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).some(fd => {
    try {
      return readlinkSync(join(folder, fd)).endsWith(`/${name}`);
    } catch {
      return false;
    }
  });
}

const isReady = async ({ httpPort }: Serving) => (await fetch(`http://127.0.0.1:${httpPort}/readyz`)).ok;

async function started(): Promise<Serving> {
  const serving = await startServing({ toml });
  after(() => cleanUp(serving));
  return serving;
}

it('starts a killed process again, and ends at once when told to, with nothing to do', async () => {
  const serving = await started();
  const [first = 0, second = 0] = childrenOf(serving.pid);
  process.kill(first, 'SIGKILL');
  await until(
    () => !childrenOf(serving.pid).includes(first) && childrenOf(serving.pid).length === 2,
    'another process',
  );
  await until(() => isReady(serving), 'ready');
  assert.ok(childrenOf(serving.pid).includes(second));
  const startedAt = performance.now();
  assert.equal(await serving.stop(), 0);
  assert.ok(performance.now() - startedAt < 8_000, 'the processes were not idle, or did not end');
});

it('ends at once when told to while a process still waits for its queue', async () => {
  const serving = await started();
  const [, second = 0] = childrenOf(serving.pid);
  process.kill(second, 'SIGKILL');
  const lock = await holdLock(join(serving.dataPath, 'queue', '1', 'lock'), { waitMs: 5_000 });
  const [waiting = 0] = await untilSome(() =>
    childrenOf(serving.pid)
      .slice(1)
      .filter(pid => pid !== second),
  );
  await until(() => hasOpen(waiting, 'state.db'), 'it has begun to start');
  assert.equal(await serving.stop(), 0);
  assert.doesNotMatch(serving.output(), /^sekisho:/m);
  lock?.release();
});

it('ends when told to before all processes have started', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-starting-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'data', 'queue', '1'), { recursive: true });
  writeFileSync(join(folder, 'sekisho.toml'), `[listen]\nsmtp = ["127.0.0.1:0"]\nhttp = []\n${toml}`);
  const lock = await holdLock(join(folder, 'data', 'queue', '1', 'lock'));
  const args = ['serve', '-c', join(folder, 'sekisho.toml'), '-d', join(folder, 'data')];
  const server = spawn(process.execPath, [join(root, 'bin/sekisho.js'), ...args], { stdio: 'ignore' });
  after(() => server.kill('SIGKILL'));
  const [, waiting = 0] = await untilSome(() =>
    childrenOf(server.pid ?? 0).length < 2 ? [] : childrenOf(server.pid ?? 0),
  );
  await until(() => hasOpen(waiting, 'state.db'), 'it has begun to start');
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await until(() => server.exitCode !== null, 'it ends');
  assert.deepEqual(await ended, [0, null]);
  await until(() => !isAlive(waiting), 'its processes end');
  lock?.release();
});

it('leaves nobody behind when the supervisor is killed, whether they serve or are just starting', async () => {
  const serving = await started();
  const serve = childrenOf(serving.pid);
  process.kill(serve[0] ?? 0, 'SIGKILL');
  await until(() => childrenOf(serving.pid).some(pid => !serve.includes(pid)), 'another process');
  const all = childrenOf(serving.pid);
  process.kill(serving.pid, 'SIGKILL');
  await until(() => !all.some(isAlive), 'they end');
});
