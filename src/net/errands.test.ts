// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { silentLog } from '../core/log.ts';
import { Errands } from './errands.ts';

describe('errands', () => {
  it('are run a few at a time, each once, and no more than may wait', async () => {
    const errands = new Errands(silentLog);
    const gate = Promise.withResolvers<void>();
    let [running, most, done] = [0, 0, 0];
    for (let i = 0; i < 300; i++)
      for (let twice = 0; twice < 2; twice++)
        errands.send(`${i}`, `network ${i}`, async () => {
          most = Math.max(most, ++running);
          await gate.promise;
          running--;
          done++;
        });
    gate.resolve();
    await errands.settled();
    assert.deepEqual([most, done], [4, 204]);
  });

  it('of others are run though one asker names a thousand, before most of his', async () => {
    const errands = new Errands(silentLog);
    const gate = Promise.withResolvers<void>();
    const done: string[] = [];
    const send = (asker: string, count: number): void => {
      for (let i = 0; i < count; i++)
        errands.send(`${asker} ${i}`, asker, async () => {
          await gate.promise;
          done.push(asker);
        });
    };
    send('attacker', 1_000);
    send('honest', 1);
    send('other', 3);
    gate.resolve();
    await errands.settled();
    assert.equal(done.filter(asker => asker === 'attacker').length, 22);
    assert.ok(done.indexOf('honest') < 4 && done.lastIndexOf('other') < 12, done.join(' '));
  });

  it('find a place in a queue that is full of askers who have several', async () => {
    const errands = new Errands(silentLog);
    const gate = Promise.withResolvers<void>();
    let isDone = false;
    for (let i = 0; i < 400; i++) errands.send(`${i}`, `network ${i % 20}`, () => gate.promise);
    errands.send('honest', 'elsewhere', async () => void (isDone = true));
    gate.resolve();
    await errands.settled();
    assert.ok(isDone);
  });

  it('that fail harm nobody, and at the end those under way are told so and no other begins', async () => {
    const errands = new Errands(silentLog);
    errands.send('bad', '', async () => Promise.reject(new Error('x')));
    await errands.settled();
    let ended = false;
    errands.send(
      'long',
      '',
      signal => new Promise(resolve => signal.addEventListener('abort', () => resolve(void (ended = true)))),
    );
    await errands.close();
    errands.send('late', '', async () => assert.fail());
    assert.equal(ended, true);
  });
});
