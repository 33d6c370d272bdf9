// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import type { Oddity } from '../../core/conduct.ts';
import pipelining from './pipelining.ts';

const ask = (ip: string, ...oddities: readonly Oddity[]) =>
  desk(pipelining).ask({
    client: clientAt(ip, 1),
    conduct: { oddities: new Set(oddities), greetMs: 0, hasWaited: false },
  });

describe('unauthorised pipelining', () => {
  it('is seen in a stranger, and in nobody from inside', async () => {
    deepEqual(await ask('192.0.2.1', 'unauthorised-pipelining'), [
      'PIPELINING_UNAUTHORISED: The client sent commands ahead where it had to wait for an answer.',
    ]);
    deepEqual(await ask('10.0.0.1', 'unauthorised-pipelining'), []);
  });

  it('is not the same as to speak early', async () => {
    deepEqual(await ask('192.0.2.1', 'early-talk'), []);
  });
});
