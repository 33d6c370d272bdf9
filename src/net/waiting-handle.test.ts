// SPDX-License-Identifier: Apache-2.0
import { equal } from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { canHoldHandles, keepHandles } from './waiting-handle.ts';

const noLimit = () => ({ over: new Promise<void>(() => {}), cancel() {} });

describe('bare handles', () => {
  it('can be held by this Node', async () => {
    equal(await canHoldHandles(noLimit()), true);
  });

  it('are not relied on where the trial does not come to its end in time', async () => {
    let isCancelled = false;
    equal(await canHoldHandles({ over: Promise.resolve(), cancel: () => (isCancelled = true) }), false);
    equal(isCancelled, true);
  });

  it('are not kept from a server that does not listen', () => {
    equal(
      keepHandles(createServer(), () => true),
      undefined,
    );
  });
});
