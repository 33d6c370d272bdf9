// SPDX-License-Identifier: Apache-2.0
/**
 * The queue store alone, its system calls made to fail from outside: nothing it promised is missing afterwards, nothing it refused is there,
 * and it works on when the disk does. SEKISHO_QUICK=1 takes a few instants of each call instead of fifty.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { systemClock } from '../../src/core/clock.ts';
import { entryFor, isFault, put } from '../../src/store/queue/example.suite.ts';
import { openQueue } from '../../src/store/queue/open.ts';
import { Promises } from '../../src/store/queue/promises.suite.ts';
import { bodyOf, putterArguments } from '../../src/store/queue/putter.suite.ts';
import { diskCalls, hasStrace, runTraced } from './traced.ts';
import type { Injection } from './traced.ts';
import { judgeTrace, readTrace } from './trace.ts';

const isQuick = process.env['SEKISHO_QUICK'] === '1';
const instants = isQuick ? [1, 2, 5, 11, 30] : Array.from({ length: 50 }, (_, i) => i + 1);
const putter = { concurrent: 5, messages: 120, segmentBytes: 30_000, deliversEach: 2, first: 0 };

/** Calls that only the store makes here: the program goes on, so it must have healed. */
const storeCalls = ['pwritev', 'pwrite64', 'fdatasync', 'fsync', 'unlink', 'openat'];
/** The runtime itself stands on it: the program may die of it, as of a kill. */
const runtimeCalls = ['write'];

/** Fifty instants with either error, or a few with one; some errors stay, as when a disk is gone. */
const injections = instants.flatMap((n): Omit<Injection, 'call'>[] => {
  const errors = isQuick ? [n % 2 === 0 ? 'EIO' : 'ENOSPC'] : ['EIO', 'ENOSPC'];
  const whens = n % 10 === 1 ? [`${n}`, `${n}+`] : [`${n}`];
  return errors.flatMap(error => whens.map(when => ({ error, when })));
});

async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const parent = mkdtempSync(join(tmpdir(), 'sekisho-faults-'));
  try {
    return await work(parent);
  } finally {
    rmSync(parent, { recursive: true });
  }
}

/** Runs the putter with one injection and checks what it was promised. */
async function runWith(
  inject: Injection,
): Promise<{ readonly struck: number; readonly refused: number; readonly kept: number }> {
  return withFolder(async parent => {
    const folder = join(parent, '0');
    const promises = new Promises();
    // Files are opened by the thousand at a program's start: only those of the queue are struck.
    const segments = Array.from({ length: 60 }, (_, i) => join(folder, `${String(i + 1).padStart(8, '0')}.log`));
    const end = await runTraced({
      command: process.execPath,
      args: putterArguments({ ...putter, folder }),
      inject,
      ...(inject.call === 'openat' && { paths: [folder, join(folder, 'large'), ...segments] }),
      traceFile: join(parent, 'trace'),
      onLine: line => promises.hear(line),
    });
    const told = `${JSON.stringify(inject)} ended ${end.code ?? end.signal} ${end.errors.slice(0, 2_000)}`;
    // Trouble while the queue is opened keeps the program from starting, and then nothing was promised.
    if (storeCalls.includes(inject.call) && promises.isOpen) assert.ok(promises.isClosed && end.code === 0, told);
    if (!inject.when.endsWith('+') && storeCalls.includes(inject.call))
      assert.equal(promises.kept > 0, promises.isOpen, told);
    if (!promises.isOpen) assert.equal(promises.kept + promises.refused, 0, told);
    const { store } = await openQueue({ folder, clock: systemClock });
    await promises.check(store, bodyOf);
    await store.close();
    return { struck: end.struck, refused: promises.refused, kept: promises.kept };
  });
}

describe('the queue store when a system call fails', { skip: hasStrace() ? false : 'strace is not here' }, () => {
  for (const call of [...storeCalls, ...runtimeCalls]) {
    it(`keeps what it promised and nothing it refused: ${call}`, async t => {
      const sums = { runs: 0, struck: 0, refused: 0, kept: 0 };
      const waiting = [...injections];
      const work = async () => {
        for (let next = waiting.pop(); next; next = waiting.pop()) {
          const run = await runWith({ ...next, call });
          sums.runs++;
          for (const key of ['struck', 'refused', 'kept'] as const) sums[key] += run[key];
        }
      };
      await Promise.all([work(), work()]);
      t.diagnostic(
        `${call}: ${sums.runs} runs, struck ${sums.struck} times, ${sums.refused} refused, ${sums.kept} promised`,
      );
      assert.ok(sums.struck > 0, 'no call was struck');
    });
  }

  it('has synced file and folder before each promise', () =>
    withFolder(async parent => {
      const folder = join(parent, '0');
      const promises = new Promises();
      const end = await runTraced({
        command: process.execPath,
        args: putterArguments({ ...putter, folder, messages: 200 }),
        calls: diskCalls,
        traceFile: join(parent, 'trace'),
        onLine: line => promises.hear(line),
      });
      const verdict = judgeTrace(readTrace(end.trace), {
        folder: parent,
        promised: call => (call.args.startsWith('1<') ? (/"ok (\w+)\\n"/.exec(call.args)?.slice(1) ?? []) : []),
      });
      assert.deepEqual(verdict, { promises: 200, early: [] });
      assert.equal(promises.kept, 200);
    }));
});

describe('the queue store on a full disk', () => {
  it('refuses with disk-full, loses nothing, and accepts again when there is room', async t =>
    withFolder(async parent => {
      const disk = join(parent, 'disk');
      await mkdir(disk);
      if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'sekisho-full', disk]).status !== 0) {
        t.skip('no file system can be mounted here; the injected ENOSPC above stands for it');
        return;
      }
      try {
        const folder = join(disk, '0');
        const ballast = join(disk, 'ballast');
        writeFileSync(ballast, Buffer.alloc(1_500_000));
        const { store } = await openQueue({ folder, clock: systemClock, options: { segmentBytes: 500_000 } });
        const promises = new Promises();
        let n = 0;
        const fill = async (count: number) => {
          for (const last = n + count; n < last; n++) {
            const id = `m${n}`;
            try {
              await put(store, entryFor(id, ['bob'], { prefix: Buffer.alloc(0) }), bodyOf(id));
              promises.hear(`ok ${id}`);
            } catch (error) {
              assert.ok(isFault('disk-full')(error), String(error));
              promises.hear(`no ${id}`);
            }
          }
        };
        await fill(1_500);
        const { kept, refused } = promises;
        assert.ok(kept > 100 && refused > 100, `${kept} kept, ${refused} refused`);
        rmSync(ballast);
        await fill(50);
        assert.ok(promises.kept > kept + 40, 'it did not heal');
        await store.close();
        const again = await openQueue({ folder, clock: systemClock });
        await promises.check(again.store, bodyOf);
        await again.store.close();
        // A full disk keeps nobody from starting, nor from delivering what is there.
        writeFileSync(ballast, Buffer.alloc(1_000));
        spawnSync('sh', ['-c', `cat /dev/zero > ${ballast}`]);
        const full = await openQueue({ folder, clock: systemClock });
        await promises.check(full.store, bodyOf);
        await full.store.close();
      } finally {
        assert.equal(spawnSync('umount', [disk]).status, 0);
      }
    }));
});
