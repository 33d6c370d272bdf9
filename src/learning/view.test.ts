// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { TestClock } from '../core/clock.ts';
import { Fault } from '../core/faults.ts';
import type { LearningStore, Revoke } from '../store/learning/contract.ts';
import { memoryLearningStore } from '../store/learning/memory.ts';
import { sqliteLearningStore } from '../store/learning/sqlite.ts';
import { inlineWriter } from '../store/thread/writer.ts';
import { surplus } from './shelf.ts';
import { training } from './training.suite.ts';
import { LearningView, type ViewOptions } from './view.ts';

async function open(t: TestContext, store: LearningStore, more: Partial<ViewOptions> = {}): Promise<LearningView> {
  const view = await LearningView.open({ store, clock: new TestClock(), ...more });
  t.after(() => view.close());
  return view;
}
async function teach(view: LearningView, store: LearningStore, seeds: readonly number[], by?: string): Promise<void> {
  for (const seed of seeds) await view.appended(await store.append(training(seed, by)), training(seed, by));
}
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const revoke = (store: LearningStore, what: Revoke) => store.revoke({ at: 0, by: 'root', revoke: what });

/** The digest of a view that was there from the first entry to the last of these, and never saw another. */
async function neverSaw(t: TestContext, seeds: readonly number[]): Promise<{ weights: string; learned: unknown }> {
  const store = memoryLearningStore();
  const view = await open(t, store);
  await teach(view, store, seeds);
  return { weights: view.model.weightsDigest(), learned: view.model.learned };
}
const stateOf = ({ model }: LearningView) => ({ weights: model.weightsDigest(), learned: model.learned });

it('holds the same bits whether it learned online, replayed the log, or began with a snapshot', async t => {
  const store = memoryLearningStore();
  const online = await open(t, store, { snapshotEvery: 1_000_000 });
  await teach(online, store, upTo(120));
  const replayed = await open(t, store, { snapshotEvery: 100 });
  await teach(online, store, [121, 122, 123]);
  const withTail = await open(t, store);
  await replayed.refresh();
  assert.deepEqual(await store.snapshots.list('filter'), [120]);
  assert.deepEqual([replayed.model.digest(), withTail.model.digest()], [online.model.digest(), online.model.digest()]);
});

it('hears of what another process appended within a second', async t => {
  const store = memoryLearningStore();
  const clock = new TestClock();
  const view = await open(t, store, { clock });
  await store.append(training(1));
  clock.advance(1_000);
  while (view.model.position === 0) await setImmediate();
  assert.equal(view.model.position, 1);
});

it('tells of a store in trouble once, keeps its model, and follows again when the store is back', async t => {
  const store = memoryLearningStore();
  const clock = new TestClock();
  let isBroken = false;
  const heard: unknown[] = [];
  const head = async (): Promise<number> => {
    if (isBroken) throw new Fault('store-unreachable');
    return store.head();
  };
  const view = await open(t, { ...store, head }, { clock, onTrouble: error => heard.push(error) });
  await teach(view, store, [1, 2]);
  isBroken = true;
  await store.append(training(3));
  const poll = async () => {
    clock.advance(1_000);
    for (let i = 0; i < 50; i += 1) await setImmediate();
  };
  await poll();
  await poll();
  assert.deepEqual([heard.length, view.model.position], [1, 2]);
  isBroken = false;
  await poll();
  assert.equal(view.model.position, 3);
});

for (const [name, what, left] of [
  ['an entry', { entry: 70 }, upTo(150).filter(seed => seed !== 70)],
  ['a user', { user: 'bob@example.org' }, upTo(100)],
  ['a day', { day: '1970-01-01' }, []],
] as const) {
  it(`equals a model that never saw ${name} once that is revoked, online and replayed`, async t => {
    const store = memoryLearningStore();
    const online = await open(t, store, { snapshotEvery: 40 });
    await teach(online, store, upTo(100));
    await teach(online, store, upTo(150).slice(100), 'bob@example.org');
    await revoke(store, what);
    await online.refresh();
    const fresh = await open(t, store);
    const expected = await neverSaw(t, left);
    assert.deepEqual([stateOf(online), stateOf(fresh)], [expected, expected]);
  });
}

it('makes a model anew in a thread with the same bits', async t => {
  const store = memoryLearningStore();
  const threaded = await open(t, store, { threadFrom: 1 });
  await teach(threaded, store, upTo(120));
  await revoke(store, { entry: 3 });
  await threaded.refresh();
  assert.deepEqual(
    stateOf(threaded),
    await neverSaw(
      t,
      upTo(120).filter(seed => seed !== 3),
    ),
  );
});

it('goes on learning after a revocation, and from snapshots that hold it', async t => {
  const store = memoryLearningStore();
  const view = await open(t, store, { snapshotEvery: 10 });
  await teach(view, store, upTo(25));
  await revoke(store, { entry: 25 });
  await teach(view, store, [26, 27]);
  await revoke(store, { entry: 5 });
  await teach(view, store, [28]);
  const fresh = await open(t, store);
  const expected = await neverSaw(
    t,
    upTo(28).filter(seed => seed !== 25 && seed !== 5),
  );
  assert.deepEqual([stateOf(view), stateOf(fresh)], [expected, expected]);
});

it('takes no snapshot of another log for its own', async t => {
  const [one, other] = [memoryLearningStore(), memoryLearningStore()];
  await teach(await open(t, one, { snapshotEvery: 5 }), one, upTo(5));
  for (const seed of [6, 7, 8, 9, 10, 11]) await other.append(training(seed));
  const view = await open(t, { ...other, snapshots: one.snapshots });
  assert.deepEqual(stateOf(view), await neverSaw(t, [6, 7, 8, 9, 10, 11]));
});

it('counts what an older extractor saw as lost', async t => {
  const store = memoryLearningStore();
  const old = training(1);
  await store.append({ ...old, extractors: { ...old.extractors, osb: { version: 0, features: new Uint8Array(0) } } });
  await store.append(training(2));
  const { model } = await open(t, store);
  assert.deepEqual([model.lost, model.learned], [1, { spam: 0, ham: 1 }]);
});

it('keeps fewer snapshots the older they are', () => {
  const numbers = Array.from({ length: 100 }, (_, i) => (i + 1) * 1_000);
  const kept = numbers.filter(n => !surplus(numbers, 1_000).includes(n));
  assert.deepEqual(kept, [1_000, 37_000, 93_000, 100_000]);
});

const reader = `
  const [path, name] = process.argv.slice(1);
  const { sqliteLearningStore } = await import(${JSON.stringify(import.meta.resolve('../store/learning/sqlite.ts'))});
  const { LearningView } = await import(${JSON.stringify(import.meta.resolve('./view.ts'))});
  const { training } = await import(${JSON.stringify(import.meta.resolve('./training.suite.ts'))});
  const { systemClock } = await import(${JSON.stringify(import.meta.resolve('../core/clock.ts'))});
  const { startWriter } = await import(${JSON.stringify(import.meta.resolve('../store/thread/start.ts'))});
  const writer = startWriter(systemClock);
  const store = await sqliteLearningStore(path, writer);
  const view = await LearningView.open({ store, clock: systemClock, snapshotEvery: 30 });
  for (let i = 0; i < 40; i += 1) {
    const entry = training(Number(name) * 1000 + i);
    await view.appended(await store.append(entry), entry);
    if (i === 20) await store.revoke({ at: 0, by: name, revoke: { entry: 11 + Number(name) } });
  }
  while (await store.head() < 164) await view.refresh();
  await view.refresh();
  console.log(view.model.digest());
  await view.close();
  await store.close();
  await writer.close();`;

it('holds the same bits in four processes that learn and revoke at once', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-view-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'learning.db');
  const runs = await Promise.all(
    ['1', '2', '3', '4'].map(name => promisify(execFile)(process.execPath, ['-e', reader, path, name])),
  );
  const writer = inlineWriter(new TestClock());
  const store = await sqliteLearningStore(path, writer);
  t.after(async () => {
    await store.close();
    await writer.close();
  });
  const emptyShelf = { ...store, snapshots: memoryLearningStore().snapshots };
  const digests = new Set([...runs.map(run => run.stdout.trim()), (await open(t, emptyShelf)).model.digest()]);
  assert.equal(digests.size, 1);
});

it('makes a model of its own of the same log at another rate', async t => {
  const store = memoryLearningStore();
  await teach(await open(t, store, { snapshotEvery: 5 }), store, upTo(5));
  const careful = await open(t, store, { rate: 0.1 });
  const alone = await open(t, { ...store, snapshots: memoryLearningStore().snapshots }, { rate: 0.1 });
  assert.equal(careful.model.digest(), alone.model.digest());
});
