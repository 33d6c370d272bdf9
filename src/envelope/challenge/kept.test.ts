// SPDX-License-Identifier: Apache-2.0
import { equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryStateStore } from '../../store/state/memory.ts';
import { idOfKept } from './kept.ts';

const dayMs = 86_400_000;
const bob = { local: 'bob', domain: 'example.jp' };
const kept = {
  identity: 'domain:example.com',
  sender: { local: 'alice', domain: 'example.com' },
  recipients: [bob],
  bytes: Buffer.from('Subject: Hello\r\n\r\nHello\r\n'),
};

describe('a message that waits for a proof', () => {
  it('has the id it had when it came before, for as long as that is remembered, also where both come at once', async () => {
    const state = memoryStateStore();
    const ids = await Promise.all(['a', 'b', 'c'].map(id => idOfKept(state, kept, id, dayMs, 0)));
    equal(new Set(ids).size, 1);
    equal(await idOfKept(state, kept, 'd', dayMs, dayMs - 1), ids[0]);
    equal(await idOfKept(state, kept, 'e', dayMs, dayMs), 'e');
  });

  it('is another one from somebody else, to others, or with other words', async () => {
    const state = memoryStateStore();
    await idOfKept(state, kept, 'first', dayMs, 0);
    const others = [
      { ...kept, identity: 'network:198.51.100.0/24 example.com' },
      { ...kept, sender: { local: 'mallory', domain: 'example.com' } },
      { ...kept, sender: null },
      { ...kept, recipients: [bob, { local: 'carol', domain: 'example.jp' }] },
      { ...kept, recipients: [] },
      { ...kept, bytes: Buffer.from('Subject: Hello\r\n\r\nHello!\r\n') },
    ];
    for (const [i, other] of others.entries()) {
      const id = await idOfKept(state, other, `other${i}`, dayMs, 0);
      equal(id, `other${i}`);
    }
  });
});
