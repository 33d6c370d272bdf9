// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSettings } from '../index.ts';
import { keepStarted, needsRestart } from './needs-restart.ts';
import { configOf, Follower, hearOrder, type Order } from './order.ts';

const order = (running: string): Order => ({ start: '', running });

/** `said` is what became of each order, by its text. */
function following(wait: Promise<void> = Promise.resolve()) {
  const said: string[] = [];
  const follower = new Follower(async ({ running }) => {
    await wait;
    if (running === 'bad') throw new Error('no such port');
    const say = (what: string) => async () => void said.push(`${what} ${running}`);
    return { swap: say('followed'), drop: say('dropped') };
  });
  const ask = async (verb: string, number: number, running?: string) =>
    follower.answer({ verb, number, ...(running === undefined ? {} : { order: order(running) }) } as { verb: string });
  return { said, ask, follower };
}

describe('a follower', () => {
  it('follows what it has checked', async () => {
    const { said, ask } = following();
    await ask('order.check', 1, 'next');
    assert.deepEqual(said, []);
    await ask('order.follow', 1);
    assert.deepEqual(said, ['followed next']);
  });

  it('says why it cannot, and follows nothing that it has not checked', async () => {
    const { said, ask } = following();
    await assert.rejects(ask('order.check', 1, 'bad'), /no such port/);
    await assert.rejects(ask('order.follow', 1), { code: 'bad-input' });
    assert.deepEqual(said, []);
  });

  it('forgets an order that was given up while it was still being checked', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { said, ask } = following(promise);
    const all = [ask('order.check', 1, 'slow'), ask('order.forget', 1)];
    resolve();
    await Promise.all(all);
    assert.deepEqual(said, ['dropped slow']);
  });

  it('lets a newer order take the place of one that waits', async () => {
    const { said, ask } = following();
    await ask('order.check', 1, 'one');
    await ask('order.check', 2, 'two');
    await ask('order.forget', 1);
    await ask('order.follow', 2);
    assert.deepEqual(said, ['dropped one', 'followed two']);
  });

  it('leaves questions about anything else to others', () => {
    assert.equal(following().follower.answer({ verb: 'queue.list' }), undefined);
  });
});

describe('a process of several', () => {
  const load = async (text: string) => ({ path: undefined, text, problems: [], config: readSettings(text) });

  it('runs what the others run: of what needs a restart the first text, of all else the second', async () => {
    const { start, running } = await configOf(
      {
        start: '[server]\nprocesses = 2\n',
        running:
          '[server]\nprocesses = 4\nhostname = "mx.example.jp"\ndrain = "5s"\n[delivery]\nconcurrency = 5\n[log]\nlevel = "debug"\n',
      },
      load,
    );
    assert.equal(running.server.drain, 5_000);
    assert.deepEqual(needsRestart(start, running), []);
  });

  it('finds every setting that needs a restart again as it was', () => {
    const start = readSettings();
    const next = readSettings(
      '[server]\nhostname = "a.example"\nprocesses = 3\nuser = "u"\ngroup = "g"\n[listen]\nhttp = []\n[tls]\ncertificate = "c"\nkey = "k"\n' +
        '[dns]\nservers = ["127.0.0.1:9"]\nzone = "z"\n[delivery]\nconcurrency = 5\n[learning]\nrate = 0.5\n[log]\nlevel = "debug"\n',
    );
    assert.equal(needsRestart(start, next).length, 12);
    assert.deepEqual(needsRestart(start, keepStarted(start, next)), []);
  });

  it('hears its order first, and goes on by the file where no supervisor is', async () => {
    const host = { onceParent: () => {}, onParentGone: () => {}, tellParent: undefined };
    assert.equal(await hearOrder(host), undefined);
    const told = {
      ...host,
      tellParent: () => {},
      onceParent: (work: (message: unknown) => void) => work({ order: order('x') }),
    };
    assert.deepEqual(await hearOrder(told), order('x'));
    const nonsense = { ...told, onceParent: (work: (message: unknown) => void) => work({ ask: 1 }) };
    await assert.rejects(hearOrder(nonsense), { code: 'bad-input' });
  });
});
