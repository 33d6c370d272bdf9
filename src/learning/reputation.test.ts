// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { promisify } from 'node:util';
import { TestClock } from '../core/clock.ts';
import type { Label, LearningStore, NewTraining, Source } from '../store/learning/contract.ts';
import { memoryLearningStore } from '../store/learning/memory.ts';
import { sqliteLearningStore } from '../store/learning/sqlite.ts';
import { inlineWriter } from '../store/thread/writer.ts';
import { betaQuantile } from './beta.ts';
import { ReputationBook } from './reputation.ts';

const day = 86_400_000;
const said = (
  label: Label,
  proven: readonly string[],
  at = 0,
  source: Source = 'person',
  by = 'alice',
): NewTraining => ({
  at,
  by,
  source,
  label,
  messageId: 'm',
  extractors: {},
  proven,
});
const org = 'domain:example.org';

async function book(store: LearningStore): Promise<ReputationBook> {
  const made = new ReputationBook(store);
  await made.catchUp();
  return made;
}

it('knows the borders of a share', () => {
  // Of one kind only, the distribution is a power: its quantile can be told by hand.
  for (const [p, n] of [
    [0.1, 1],
    [0.1, 10],
    [0.9, 3],
    [0.1, 5_000],
  ] as const) {
    assert.ok(Math.abs(betaQuantile(p, n, 1) - p ** (1 / n)) < 1e-8);
    assert.ok(Math.abs(betaQuantile(p, 1, n) - (1 - (1 - p) ** (1 / n))) < 1e-8);
  }
  assert.ok(Math.abs(betaQuantile(0.5, 40.5, 40.5) - 0.5) < 1e-8);
});

it('counts what people said, half as much after 30 days, and never what programs decided', async () => {
  const store = memoryLearningStore();
  for (let i = 0; i < 8; i++) await store.append(said('ham', [org]));
  await store.append(said('spam', [org]));
  await store.append(said('spam', [org], 0, 'automatic'));
  await store.append(said('ham', []));
  const { wanted, unwanted, lower, upper } = (await book(store)).of(org, day / 2);
  assert.deepEqual([wanted, unwanted], [8, 1]);
  assert.ok(lower > 0.6 && lower < wanted / (wanted + unwanted) && upper > 0.8);
  const later = (await book(store)).of(org, 30.5 * day);
  assert.deepEqual([later.wanted, later.unwanted], [4, 0.5]);
  assert.ok(later.lower < lower);
  const nobody = (await book(store)).of('domain:example.com', 0);
  assert.deepEqual([nobody.wanted, nobody.unwanted, nobody.lower.toFixed(6)], [0, 0, '0.100000']);
});

it('leaves the same bytes after something was taken back as if it had never been said', async () => {
  const store = memoryLearningStore();
  const follower = await book(store);
  const without = memoryLearningStore();
  for (let i = 0; i < 40; i++) {
    const good = said(i % 3 === 0 ? 'spam' : 'ham', [org, `domain:${i % 5}.example`], i * day);
    await store.append(good);
    await without.append(good);
    await store.append(said('ham', [org, `mailbox:${i}@example.net`], i * day, 'person', 'mallory'));
    if (i % 7 === 0) await follower.catchUp();
  }
  const before = (await book(store)).digest();
  // One was undone alone, and then all: the second must not undo it again.
  await store.revoke({ at: 0, by: 'root', revoke: { entry: 2 } });
  await follower.catchUp();
  await store.revoke({ at: 0, by: 'root', revoke: { user: 'mallory' } });
  await store.append(said('ham', [org]));
  await without.append(said('ham', [org]));
  await follower.catchUp();
  const expected = (await book(without)).digest();
  assert.notEqual(before, expected);
  assert.deepEqual([follower.digest(), (await book(store)).digest()], [expected, expected]);
});

const process = `
  const [path, name] = process.argv.slice(1);
  const { sqliteLearningStore } = await import(${JSON.stringify(import.meta.resolve('../store/learning/sqlite.ts'))});
  const { startWriter } = await import(${JSON.stringify(import.meta.resolve('../store/thread/start.ts'))});
  const { systemClock } = await import(${JSON.stringify(import.meta.resolve('../core/clock.ts'))});
  const { ReputationBook } = await import(${JSON.stringify(import.meta.resolve('./reputation.ts'))});
  const writer = startWriter(systemClock);
  const store = await sqliteLearningStore(path, writer);
  const book = new ReputationBook(store);
  for (let i = 0; i < 60; i += 1) {
    await store.append({ at: i * 1e8, by: i % 2 ? 'mallory' : name, source: 'person', label: i % 3 ? 'ham' : 'spam', messageId: name + i,
      extractors: {}, proven: ['domain:example.org', 'domain:' + (i % 4) + '.example'] });
    if (i % 5 === 0) await book.catchUp();
    if (i % 20 === 19) await store.revoke({ at: 1, by: 'root', revoke: { user: 'mallory' } });
  }
  process.stdin.once('data', async () => {
    await book.catchUp();
    console.log(book.digest());
    await store.close();
    await writer.close();
    process.exit();
  });
  console.log('done');`;

it('is the same in several processes that write and take back at the same time', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-reputation-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'learning.db');
  const writer = inlineWriter(new TestClock());
  const store = await sqliteLearningStore(path, writer);
  t.after(async () => {
    await store.close();
    await writer.close();
  });
  const children = ['a', 'b', 'c'].map(name => {
    const running = promisify(execFile)(globalThis.process.execPath, ['-e', process, path, name]);
    const done = new Promise(resolve => running.child.stdout?.once('data', resolve));
    return { running, done };
  });
  await Promise.all(children.map(({ done }) => done));
  for (const { running } of children) running.child.stdin?.write('go\n');
  const digests = await Promise.all(children.map(async ({ running }) => (await running).stdout.split('\n')[1]));
  const own = await book(store);
  assert.deepEqual(digests, [own.digest(), own.digest(), own.digest()]);
  // Nothing that was taken back is left: half of what three processes said.
  const { wanted, unwanted } = own.of('domain:example.org', 0);
  assert.equal(wanted + unwanted, 90);
});
