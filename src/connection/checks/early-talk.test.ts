// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import type { Oddity } from '../../core/conduct.ts';
import earlyTalk from './early-talk.ts';

const ask = (ip: string, ...oddities: readonly Oddity[]) =>
  desk(earlyTalk).ask({
    client: clientAt(ip, 1),
    conduct: { oddities: new Set(oddities), greetMs: 0, hasWaited: false },
  });

describe('early talk', () => {
  it('is seen in a stranger that did not wait for the greeting', async () => {
    deepEqual(await ask('192.0.2.1', 'early-talk'), ['EARLY_TALK: The client spoke before it was greeted.']);
  });

  it('is not seen in one that waited, whatever else it did', async () => {
    deepEqual(await ask('192.0.2.1', 'unauthorised-pipelining'), []);
    deepEqual(await ask('192.0.2.1'), []);
  });

  it('does not count where it comes from inside', async () => {
    deepEqual(await ask('10.0.0.1', 'early-talk'), []);
  });
});
