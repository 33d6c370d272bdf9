// SPDX-License-Identifier: Apache-2.0
/** Whatever is done in whatever order, with restarts between: segments on disk come to what an array in memory comes to. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { TestClock } from '../../core/clock.ts';
import type { QueueStore } from './contract.ts';
import { entryFor, put } from './example.suite.ts';
import { MemoryDisk, openMemoryQueue } from './memory.ts';
import { openQueue } from './open.ts';

interface Step {
  readonly verb:
    | 'put'
    | 'take'
    | 'done'
    | 'fail'
    | 'later'
    | 'giveBack'
    | 'hasten'
    | 'hold'
    | 'letGo'
    | 'remove'
    | 'shift'
    | 'wait'
    | 'reopen';
  readonly message: number;
  readonly recipient: number;
  readonly span: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  verb: fc.constantFrom<Step['verb'][]>(
    'put',
    'put',
    'put',
    'take',
    'done',
    'done',
    'fail',
    'later',
    'giveBack',
    'hasten',
    'hold',
    'letGo',
    'remove',
    'shift',
    'wait',
    'reopen',
  ),
  message: fc.nat(9),
  recipient: fc.nat(2),
  span: fc.integer({ min: -500, max: 5_000 }),
});

async function apply(store: QueueStore, { verb, message, recipient, span }: Step, now: number): Promise<unknown> {
  const id = `m${message}`;
  switch (verb) {
    case 'put':
      return put(
        store,
        entryFor(id, ['bob', 'carol'].slice(0, 1 + (message % 2)), { acceptedAt: now }),
        `body ${id} ${'x'.repeat(message * 90)}`,
      );
    case 'take':
      return store.take(now, 1 + recipient);
    case 'done':
      return store.done(id, recipient, 'ok');
    case 'fail':
      return store.fail(id, recipient, 'no');
    case 'later':
      return store.later(id, recipient, now + span, 'busy');
    case 'giveBack':
      return store.giveBack(id, recipient);
    case 'hasten':
      return store.hasten(id, now);
    case 'hold':
      return store.hold(id, true);
    case 'letGo':
      return store.hold(id, false);
    case 'remove':
      return store.remove(id);
    case 'shift':
      return store.shift(span);
    case 'wait':
    case 'reopen':
      return undefined;
  }
}

async function seen(store: QueueStore): Promise<unknown> {
  const list = await store.list({ limit: 99 });
  const bytes = await Promise.all(list.map(async ({ id }) => String(await store.read(id, 0))));
  return { list, bytes, next: store.nextDueAt(), counts: store.counts() };
}

describe('segments and memory', () => {
  it('come to the same, whatever is done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async steps => {
        const folder = await mkdtemp(join(tmpdir(), 'sekisho-model-'));
        const clock = new TestClock();
        const disk = new MemoryDisk();
        const open = async () =>
          (await openQueue({ folder, clock, options: { segmentBytes: 2_500, cacheBytes: 3_000 } })).store;
        let real = await open();
        let model = openMemoryQueue(clock, disk);
        try {
          for (const one of steps) {
            if (one.verb === 'reopen') {
              await real.close();
              await model.close();
              [real, model] = [await open(), openMemoryQueue(clock, disk)];
            }
            if (one.verb === 'wait') clock.advance(Math.abs(one.span));
            assert.deepEqual(await apply(real, one, clock.now()), await apply(model, one, clock.now()));
            assert.deepEqual(await seen(real), await seen(model));
          }
        } finally {
          await real.close();
          await rm(folder, { recursive: true });
        }
      }),
      { numRuns: 80 },
    );
  });
});
