// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { Fault } from '../core/faults.ts';
import { answerControl, askControl, type ControlRequest } from './control.ts';

async function control(t: TestContext, answer: (request: ControlRequest) => Promise<unknown>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-control-'));
  const path = join(folder, 'control.sock');
  const server = await answerControl(path, answer);
  t.after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });
  return path;
}

describe('the control socket', () => {
  it('carries a request and its answer', async t => {
    const path = await control(t, async ({ verb, id }) => [verb, id]);
    assert.deepEqual(await askControl(path, { verb: 'queue.retry', id: 'a' }), { value: ['queue.retry', 'a'] });
  });

  it('hands a fault on as what it is, and anything else as a refusal', async t => {
    const path = await control(t, async ({ verb }) => {
      throw verb === 'fault' ? new Fault('worker-lost', { detail: 'process 1' }) : new TypeError('a bug');
    });
    const isFault = (code: string, detail: string) => (error: unknown) =>
      error instanceof Fault && error.code === code && error.detail === detail;
    await assert.rejects(askControl(path, { verb: 'fault' }), isFault('worker-lost', 'process 1'));
    await assert.rejects(askControl(path, { verb: 'bug' }), isFault('bad-input', 'a bug'));
  });

  it('is not there where no server runs', async () => {
    assert.equal(await askControl(join(tmpdir(), 'sekisho-nobody', 'control.sock'), { verb: 'flush' }), undefined);
  });
});
