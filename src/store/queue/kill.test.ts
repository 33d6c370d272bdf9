// SPDX-License-Identifier: Apache-2.0
/** A process that puts and delivers is killed again and again; what it was promised must be there, with the same bytes, and nothing settled may come back. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { systemClock } from '../../core/clock.ts';
import { seededRandom } from '../../core/random.ts';
import { openQueue } from './open.ts';
import { bodyOf, putterArguments } from './putter.suite.ts';
import type { PutterOptions } from './putter.suite.ts';
import { Promises } from './promises.suite.ts';

const putter: Omit<PutterOptions, 'folder' | 'first'> = {
  concurrent: 20,
  messages: 1_000_000,
  segmentBytes: 100_000,
  deliversEach: 2,
};

/** Starts the putter and calls `onLine` for each of its lines; resolves with its end. */
function run(options: PutterOptions, onLine: (line: string, child: ReturnType<typeof spawn>) => void): Promise<void> {
  const child = spawn(process.execPath, putterArguments(options), { stdio: ['ignore', 'pipe', 'inherit'] });
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line, child);
  });
  return once(child, 'close').then(() => undefined);
}

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const parent = await mkdtemp(join(tmpdir(), 'sekisho-kill-'));
  try {
    await work(join(parent, '0'));
  } finally {
    await rm(parent, { recursive: true });
  }
}

describe('segment queue under SIGKILL', () => {
  it('has every message it promised, byte for byte, and none it had seen delivered, after 20 kills at random instants', () =>
    withFolder(async folder => {
      const random = seededRandom(3);
      const promises = new Promises();
      for (let kill = 0; kill < 20; kill++) {
        const after = Math.floor(random.next() * 400);
        let lines = 0;
        await run({ ...putter, folder, first: kill * 1_000_000 }, (line, child) => {
          promises.hear(line);
          if (lines++ === after) child.kill('SIGKILL');
        });
        const { store, report } = await openQueue({ folder, clock: systemClock, waitMs: 10_000 });
        assert.deepEqual([report.withoutBody, report.unread.filter(part => part.isDamaged)], [[], []]);
        await promises.check(store, bodyOf);
        await store.close();
      }
      assert.ok(promises.kept > 500, `only ${promises.kept} promises were tested`);
    }));

  it('loses and doubles nothing when its process is stopped and continued', () =>
    withFolder(async folder => {
      const promises = new Promises();
      let lines = 0;
      let whileStopped: unknown;
      const ended = run({ ...putter, folder, messages: 2_000, first: 0 }, (line, child) => {
        promises.hear(line);
        if (++lines !== 1_000) return;
        child.kill('SIGSTOP');
        void openQueue({ folder, clock: systemClock, waitMs: 1_000 })
          .catch((error: unknown) => (whileStopped = error))
          .finally(() => child.kill('SIGCONT'));
      });
      await ended;
      assert.match(String(whileStopped), /Another server uses this data folder/);
      assert.equal(promises.isClosed, true);
      const { store } = await openQueue({ folder, clock: systemClock });
      await promises.check(store, bodyOf);
      assert.equal(store.counts().messages, 1_000);
      await store.close();
    }));
});
