// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Fault } from '../core/faults.ts';
import { holdLock } from './lock.ts';

async function withPath(work: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-lock-'));
  try {
    await work(join(folder, 'lock'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Another process that has taken the lock, and waits. */
async function holderOf(path: string) {
  const program = `const { holdLock } = await import(${JSON.stringify(import.meta.resolve('./lock.ts'))});
    const lock = await holdLock(${JSON.stringify(path)});
    process.stdout.write(lock ? 'held' : 'taken');
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [said] = await once(child.stdout, 'data');
  return { child, ended, said: String(said) };
}

describe('lock', () => {
  it('has one holder in a process, and is free when let go', () =>
    withPath(async path => {
      const lock = await holdLock(path);
      assert.equal(await holdLock(path), undefined);
      lock?.release();
      lock?.release();
      const again = await holdLock(path);
      assert.ok(again);
      again.release();
    }));

  it('waits for a holder that lets go, and no longer than it was told to', () =>
    withPath(async path => {
      const lock = await holdLock(path);
      assert.equal(await holdLock(path, { waitMs: 60 }), undefined);
      const waiting = holdLock(path, { waitMs: 60_000 });
      setImmediate(() => lock?.release());
      const second = await waiting;
      assert.ok(second);
      second.release();
    }));

  it('stops waiting when it is told to', () =>
    withPath(async path => {
      const lock = await holdLock(path);
      await assert.rejects(holdLock(path, { waitMs: 60_000, signal: AbortSignal.abort() }), { name: 'AbortError' });
      lock?.release();
    }));

  it('belongs to a process that was stopped, until it is dead', () =>
    withPath(async path => {
      const { child, ended, said } = await holderOf(path);
      assert.equal(said, 'held');
      child.kill('SIGSTOP');
      assert.equal(await holdLock(path, { waitMs: 200 }), undefined);
      assert.equal((await holdLock(path)) ?? 'still held', 'still held');
      child.kill('SIGKILL');
      const lock = await holdLock(path, { waitMs: 10_000 });
      assert.ok(lock);
      const second = await holderOf(path);
      assert.equal(second.said, 'taken');
      second.child.kill('SIGKILL');
      await Promise.all([ended, second.ended]);
      lock.release();
    }));

  it('says when the file cannot be used at all', () =>
    withPath(async path => {
      await assert.rejects(
        holdLock(join(path, 'no-such-folder', 'lock')),
        (error: unknown) => error instanceof Fault && error.code === 'store-unreachable',
      );
    }));
});
