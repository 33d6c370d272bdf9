// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { TestClock } from '../core/clock.ts';
import { silentLog, type LogFields } from '../core/log.ts';
import { Supervisor } from './supervisor.ts';

/** A supervisor of one process that runs `code`; `deaths` are the waits that were logged, `died` resolves at the next one. */
function supervise(t: TestContext, code: string) {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-supervisor-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const program = join(folder, 'program.mjs');
  writeFileSync(program, code);
  const clock = new TestClock();
  const waits: number[] = [];
  let onDeath: (() => void) | undefined;
  const error = (_text: string, fields: LogFields = {}): void => {
    waits.push(Number(fields['waitMs']));
    onDeath?.();
  };
  const supervisor = new Supervisor({
    program,
    arguments: [],
    processes: 1,
    clock,
    log: { ...silentLog, error },
    environment: process.env,
    inheritedDescriptors: [],
    order: 'first',
  });
  t.after(() => supervisor.stop(1_000));
  return { supervisor, clock, waits, died: () => new Promise<void>(resolve => (onDeath = resolve)) };
}

describe('the supervisor', () => {
  it('starts a dead process again at once, and one that dies again and again ever later', async t => {
    const { supervisor, clock, waits, died } = supervise(t, "process.kill(process.pid, 'SIGKILL')");
    void supervisor.start();
    for (let i = 0; i < 7; i++) {
      await died();
      clock.advance(waits.at(-1) ?? 0);
    }
    assert.deepEqual(waits, [0, 0, 0, 0, 500, 1_000, 2_000]);
  });

  it('tries again when a process says that its trouble may pass', async t => {
    const { supervisor, waits, died } = supervise(t, 'process.exit(75)');
    void supervisor.start();
    await died();
    await died();
    assert.deepEqual(waits, [0, 0]);
  });

  it('gives the start up when a process says that it cannot start', async t => {
    const { supervisor, waits } = supervise(t, 'process.exit(78)');
    await assert.rejects(supervisor.start(), /A part of the server had to be restarted/);
    assert.deepEqual(waits, []);
  });

  it('resolves when all are ready, with what they listen to', async t => {
    const { supervisor } = supervise(
      t,
      "process.send({ ready: ['smtp  127.0.0.1:25'] }); process.on('message', () => {})",
    );
    assert.deepEqual(await supervisor.start(), ['smtp  127.0.0.1:25']);
  });
});
