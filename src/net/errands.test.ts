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
        errands.send(`${i}`, async () => {
          most = Math.max(most, ++running);
          await gate.promise;
          running--;
          done++;
        });
    gate.resolve();
    await errands.settled();
    assert.deepEqual([most, done], [4, 204]);
  });

  it('that fail harm nobody, and at the end those under way are told so and no other begins', async () => {
    const errands = new Errands(silentLog);
    errands.send('bad', async () => Promise.reject(new Error('x')));
    await errands.settled();
    let ended = false;
    errands.send(
      'long',
      signal => new Promise(resolve => signal.addEventListener('abort', () => resolve(void (ended = true)))),
    );
    await errands.close();
    errands.send('late', async () => assert.fail());
    assert.equal(ended, true);
  });
});
