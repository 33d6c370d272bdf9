// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fill, type Language } from '../../../core/sentence.ts';
import type { Workplace } from '../../ports.ts';
import type { Context } from '../command.ts';
import { queueCommands } from './queue.ts';

/** Runs a command of the queue with a server that answers so. */
async function run(name: string, args: readonly string[], answer: unknown, language: Language = 'en') {
  let stdout = '';
  let stderr = '';
  const place = { ask: async () => answer, close: async () => {} } satisfies Partial<Workplace> as unknown as Workplace;
  const context = {
    language,
    say: (sentence, details = {}) => fill(sentence, details, language),
    out: text => void (stdout += text),
    err: text => void (stderr += text),
    open: async () => place,
  } satisfies Partial<Context> as unknown as Context;
  const code = await queueCommands.find(one => one.name === name)?.run(context, args, {});
  return { code, stdout, stderr };
}

const bob = { local: 'bob', domain: 'example.jp' };
const waiting = {
  id: 'm1',
  acceptedAt: Date.UTC(2026, 0, 2),
  sizeBytes: 10,
  sender: { address: { local: '\u202e\u001b[2J', domain: 'example.com' } },
  recipients: [{ address: bob }],
  progress: [
    { state: 'waiting', attempts: 2, nextAt: Date.UTC(2026, 0, 2, 1), lastReason: '4.4.2 No server could be reached.' },
  ],
  isHeld: false,
};

describe('queue', () => {
  it('lists what waits and why, in the language of the terminal, and lets no stranger steer it', async () => {
    const { code, stdout } = await run('queue list', [], { messages: [waiting], missing: [] }, 'ja');
    assert.equal(code, 0);
    assert.match(stdout, /^ +→ bob@example\.jp +×2 +2026-01-02 01:00:00 +4\.4\.2 どのサーバにも接続できない。$/m);
    assert.doesNotMatch(stdout, /[\u001b\u202e]/);
  });

  it('says what it leaves out: a process that does not answer', async () => {
    const { code, stdout, stderr } = await run('queue list', [], { messages: [], missing: [1] });
    assert.deepEqual([code, stdout], [75, '']);
    assert.match(stderr, /^Not listed is what process 1 has: /);
    assert.doesNotMatch(stderr, /empty/);
  });

  it('says honestly when a message is tried', async () => {
    const told = async (answer: unknown) => (await run('queue retry', ['m1'], answer)).stdout;
    assert.equal(await told('now'), 'm1 is tried now.\n');
    assert.match(await told('held'), /^m1 is held; .* let-go m1$/m);
    assert.equal(await told('at-start'), 'No server runs; m1 will be tried as soon as one starts.\n');
    assert.equal((await run('queue retry', ['m1'], false)).code, 66);
  });
});
