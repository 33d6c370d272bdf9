// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { TestClock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import { inTransaction, openDatabase } from '../sqlite.ts';
import { sqliteStateStore } from '../state/sqlite.ts';
import { stateMigrations } from '../state/verbs.ts';
import { startWriter, ThreadCarrier } from './start.ts';
import { Writer } from './writer.ts';

function place(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-writer-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'state.db');
}
const fault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;
/** What no thread can read: it dies of it. */
const poison = 0 as never;

it('opens its stores again when the thread has died, and says what was lost', async t => {
  const clock = new TestClock();
  const lost: Fault[] = [];
  const carrier = new ThreadCarrier(clock, one => lost.push(one));
  const writer = new Writer(carrier, clock);
  t.after(() => writer.close());
  const state = await sqliteStateStore(place(t), writer);
  await state.count('a', 1, 1_000, clock.now());
  await assert.rejects(carrier.send(poison), fault('worker-lost'));
  assert.equal(await state.count('a', 1, 1_000, clock.now()), 2);
  assert.deepEqual(
    lost.map(one => one.code),
    ['worker-lost'],
  );
  await state.close();
});

it('starts no more than five threads anew in a minute', async t => {
  const clock = new TestClock();
  const carrier = new ThreadCarrier(clock, () => {});
  const writer = new Writer(carrier, clock);
  t.after(() => writer.close());
  const state = await sqliteStateStore(place(t), writer);
  for (let deaths = 1; deaths <= 5; deaths += 1) {
    await assert.rejects(carrier.send(poison), fault('worker-lost'));
    assert.equal(await state.count('a', 1, 1_000, clock.now()), deaths);
  }
  await assert.rejects(carrier.send(poison), fault('worker-lost'));
  await assert.rejects(state.count('a', 1, 1_000, clock.now()), fault('worker-lost'));
  clock.advance(60_000);
  assert.equal(await state.count('b', 1, 1_000, clock.now()), 1);
  await state.close();
});

it('waits for a state no longer than 200 ms', async t => {
  const clock = new TestClock();
  const path = place(t);
  const writer = startWriter(clock);
  t.after(() => writer.close());
  const state = await sqliteStateStore(path, writer);
  const other = openDatabase(path, stateMigrations);
  other.exec('BEGIN IMMEDIATE');
  const waiting = state.set('a', 'x', 1_000, clock.now());
  clock.advance(199);
  const early = await Promise.race([
    waiting.then(
      () => 'done',
      () => 'refused',
    ),
    new Promise(resolve => setImmediate(resolve, 'waiting')),
  ]);
  clock.advance(1);
  await assert.rejects(waiting, fault('store-unreachable'));
  assert.equal(early, 'waiting');
  other.exec('COMMIT');
  other.close();
  await state.close();
});

it('says of a damaged file which one it is, when it is opened', async t => {
  const path = place(t);
  const database = openDatabase(path, stateMigrations);
  const put = database.prepare('INSERT INTO value VALUES (?, ?, 0, 0)');
  inTransaction(database, () => {
    for (let i = 0; i < 500; i += 1) put.run(`${i}`, 'x'.repeat(100));
  });
  database.close();
  truncateSync(path, 9_000);
  const writer = startWriter(new TestClock());
  t.after(() => writer.close());
  await assert.rejects(
    sqliteStateStore(path, writer),
    (error: unknown) => fault('store-broken')(error) && error instanceof Fault && error.detail.includes(path),
  );
});

it('refuses what is called after it was closed', async t => {
  const clock = new TestClock();
  const writer = startWriter(clock);
  const state = await sqliteStateStore(place(t), writer);
  await state.close();
  await writer.close();
  await assert.rejects(state.set('a', 'x', 1, clock.now()), fault('store-unreachable'));
});
