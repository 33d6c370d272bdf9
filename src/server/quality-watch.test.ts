// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { TestClock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { openFilter } from '../learning/filter.ts';
import { memoryDirectoryStore } from '../store/directory/memory.ts';
import { memoryLearningStore } from '../store/learning/memory.ts';
import { memoryRecordStore } from '../store/records/memory.ts';
import { memoryStateStore } from '../store/state/memory.ts';
import { QualityWatch } from './quality-watch.ts';

const dayMs = 86_400_000;

/** A month of 100 marked messages a day, of which people find one missed for every 25, and of late for every `lately`. */
async function openMonth(t: TestContext, lately: number) {
  const clock = new TestClock(Date.UTC(2026, 3, 1));
  const learning = memoryLearningStore();
  const records = memoryRecordStore();
  const began = clock.now() - 29 * dayMs;
  for (let n = 0; n < 3_000; n++) {
    const at = began + Math.floor((n * 29 * dayMs) / 3_000);
    records.append(`a${n}`, [
      { at, kind: 'verdict', transaction: 1, recipient: 'bob@example.jp', action: 'mark', score: 9, reasons: [] },
      { at, kind: 'accepted', transaction: 1, queueId: `q${n}` },
    ]);
    if (n % (n < 2_500 ? 25 : lately) === 0)
      await learning.append({
        at,
        by: 'bob@example.jp',
        source: 'person',
        label: 'spam',
        messageId: `m${n}`,
        extractors: {},
      });
  }
  const filter = await openFilter({ store: learning, clock });
  t.after(() => filter.close());
  const directory = memoryDirectoryStore();
  await directory.putDomain({ name: 'example.jp', transport: { kind: 'maildir' }, verifiesAtNextHop: false });
  const stores = { records, directory, state: memoryStateStore(), filter };
  const lines: string[] = [];
  const note = (text: string): void => void lines.push(text);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const watch = (holder: string): QualityWatch => {
    const one = new QualityWatch(stores, { clock, log, holder, markAt: () => 5 });
    t.after(() => one.close());
    return one;
  };
  /** Time passes, and what it began comes to its end. */
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    for (let i = 0; i < 500; i++) await new Promise(resolve => setImmediate(resolve));
  };
  return { watch, pass, lines };
}

function figure(watch: QualityWatch, name: string, of?: string): number | undefined {
  const values = watch.figures().find(one => one.name === name)?.values;
  return values?.find(({ labels }) => of === undefined || Object.values(labels).includes(of))?.value;
}

it('says once that misses have doubled, whichever process looks, and shows it as long as it is so', async t => {
  const { watch, pass, lines } = await openMonth(t, 8);
  const [one, other] = [watch('0'), watch('1')];
  await pass(61_000);
  const shown = [one, other].flatMap(each => figure(each, 'sekisho_misses_doubled') ?? []);
  assert.deepEqual(shown, [1]);
  await pass(3_601_000);
  assert.deepEqual(lines, ['misses have become about twice as frequent']);
});

it('says nothing while misses are as frequent as ever, and shows what is known', async t => {
  const { watch, pass, lines } = await openMonth(t, 25);
  const one = watch('0');
  assert.deepEqual(one.figures(), []);
  await pass(61_000);
  assert.deepEqual(lines, []);
  assert.equal(figure(one, 'sekisho_misses_doubled'), 0);
  assert.equal(figure(one, 'sekisho_reported_errors', 'missed'), 120);
  // Nobody answered.
  assert.equal(figure(one, 'sekisho_missed_ratio'), undefined);
  assert.equal(figure(one, 'sekisho_audits', 'answered'), 0);
});
