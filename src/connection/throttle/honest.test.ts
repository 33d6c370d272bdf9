// SPDX-License-Identifier: Apache-2.0
// Honest senders at their busiest, before the limits as they are by default: nobody is put off.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clientAt } from '../../core/client.ts';
import { processes } from './throttle.suite.ts';

interface Sender {
  readonly addresses: number;
  /** Connections at a time from each address. */
  readonly connections: number;
  readonly messagesPerSecond: number;
  readonly messages: number;
  readonly recipients: number;
  /** Share of recipients that have died. */
  readonly dead: number;
}

/** How much of it was put off, or slowed. */
async function play(sender: Sender, count = 4) {
  const world = processes({ count, perClient: 50 });
  let putOff = 0;
  let delayedMs = 0;
  const places = await Promise.all(
    Array.from({ length: sender.addresses * sender.connections }, async (_, i) =>
      world.all[i % count]?.enter(clientAt(`203.0.113.${i % sender.addresses}`, i)),
    ),
  );
  putOff += places.filter(place => !place || 'noPlace' in place).length;
  for (let i = 0; i < sender.messages; i++) {
    const gate = world.all[i % count]?.open(clientAt(`203.0.113.${i % sender.addresses}`, i), `a${i}`);
    assert.ok(gate);
    if (await gate.connect()) putOff++;
    for (let j = 0; j < sender.recipients; j++) {
      if (await gate.recipient(j === 0, () => ['list.example'])) putOff++;
      const nth = i * sender.recipients + j;
      if (Math.floor(nth * sender.dead) === Math.floor((nth + 1) * sender.dead)) gate.known();
      else {
        const answer = await gate.unknown(`dead${nth}@example.jp`, () => ['list.example']);
        if (answer.putOff) putOff++;
        delayedMs += answer.delayMs;
      }
    }
    if (await gate.message(['list.example'], sender.recipients)) putOff++;
    gate.close();
    world.clock.advance(1_000 / sender.messagesPerSecond);
  }
  return { putOff, delayedMs };
}

describe('the limits by default', () => {
  const nothing = { putOff: 0, delayedMs: 0 };

  it('put off no server with 20 connections at a time, each message in one of its own', async () => {
    const mta = { addresses: 1, connections: 20, messagesPerSecond: 20, messages: 4_000, recipients: 1, dead: 0.01 };
    assert.deepEqual(await play(mta), nothing);
  });

  it('put off no list that writes to ten thousand subscribers here one by one, a twentieth of them dead', async () => {
    // 20 connections at a round trip of 50 ms, six of them a message.
    const verp = { addresses: 1, connections: 20, messagesPerSecond: 66, messages: 10_000, recipients: 1, dead: 0.05 };
    assert.deepEqual(await play(verp), nothing);
  });

  it('put off no list that writes to a hundred at once', async () => {
    const list = { addresses: 1, connections: 10, messagesPerSecond: 4, messages: 200, recipients: 100, dead: 0.05 };
    assert.deepEqual(await play(list), nothing);
  });

  it('put off no pool of a large provider in one /24', async () => {
    const pool = { addresses: 30, connections: 8, messagesPerSecond: 150, messages: 9_000, recipients: 1, dead: 0.02 };
    assert.deepEqual(await play(pool), nothing);
  });

  it('put off no list whose first subscribers are all dead', async () => {
    const old = { addresses: 1, connections: 2, messagesPerSecond: 2, messages: 40, recipients: 1, dead: 0.4 };
    assert.deepEqual(await play(old), nothing);
  });
});
