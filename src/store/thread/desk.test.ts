// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { openDatabase, openForReading } from '../sqlite.ts';
import type { Call, Outcome } from './calls.ts';
import { Desk } from './desk.ts';

/** A store of words that must differ; `seen` says how many a reader beside it sees. */
function deskOfWords(t: TestContext, { isDurable = true, msPerCall = 0 } = {}): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-desk-'));
  t.after(() => rmSync(folder, { recursive: true }));
  let now = 0;
  const open = (_: string, path: string) => {
    const database = openDatabase(path, ['CREATE TABLE word (text TEXT PRIMARY KEY) STRICT']);
    const reader = openForReading(path);
    t.after(() => reader.close());
    const put = database.prepare('INSERT INTO word VALUES (?)');
    const verbs = {
      put(text: string): void {
        now += msPerCall;
        put.run(text);
      },
      seen: () => reader.prepare('SELECT count(*) AS n FROM word').get()?.['n'],
      breakDisk(): never {
        throw Object.assign(new Error('disk I/O error'), { errcode: 10 });
      },
    };
    return { database, isDurable, verbs };
  };
  const desk = new Desk(open, () => now);
  t.after(() => desk.close());
  desk.run([{ do: 'open', place: 1, store: 'words', path: join(folder, 'words.db') }]);
  return desk;
}
const run = (verb: string, ...args: readonly unknown[]): Call => ({ do: 'run', place: 1, verb, args });
const seen = (outcomes: readonly Outcome[]) =>
  outcomes.map(one => ('fault' in one ? one.fault.code : (one.value ?? 'done')));

it('lets all of one message share a transaction', t => {
  const desk = deskOfWords(t);
  assert.deepEqual(seen(desk.run([run('put', 'a'), run('put', 'b'), run('seen')])), ['done', 'done', 0]);
  assert.deepEqual(seen(desk.run([run('seen')])), [2]);
});

it('commits when 50 ms are over and goes on in another transaction', t => {
  const desk = deskOfWords(t, { msPerCall: 25 });
  const calls = ['a', 'b', 'c', 'd'].flatMap(text => [run('put', text), run('seen')]);
  assert.deepEqual(seen(desk.run(calls)), ['done', 0, 'done', 0, 'done', 3, 'done', 3]);
});

it('lets one call fail alone', t => {
  const desk = deskOfWords(t);
  assert.deepEqual(seen(desk.run([run('put', 'a'), run('put', 'a'), run('nothing'), run('put', 'b')])), [
    'done',
    'store-unreachable',
    'bad-input',
    'done',
  ]);
  assert.deepEqual(seen(desk.run([run('seen')])), [2]);
});

it('trusts a durable file no more after an error of the disk, until it is opened anew', t => {
  const desk = deskOfWords(t);
  assert.deepEqual(
    seen(desk.run([run('put', 'a'), run('breakDisk'), run('put', 'b')])),
    Array(3).fill('store-unreachable'),
  );
  assert.deepEqual(seen(desk.run([run('put', 'c')])), ['store-unreachable']);
});

it('goes on with a file nobody relies on after an error of the disk', t => {
  const desk = deskOfWords(t, { isDurable: false });
  desk.run([run('breakDisk')]);
  assert.deepEqual(seen(desk.run([run('put', 'a')])), ['done']);
});

it('answers for a store that is not open', t => {
  const desk = deskOfWords(t);
  assert.deepEqual(seen(desk.run([{ do: 'close', place: 1 }, run('seen')])), ['done', 'store-unreachable']);
});
