// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MessageCache } from './cache.ts';
import { entryFor } from './example.suite.ts';

const entry = entryFor('a', ['bob']);

describe('message cache', () => {
  it('lets the one go that was not used for longest', () => {
    const cache = new MessageCache(3 * (2_048 + 100));
    for (const id of ['a', 'b', 'c']) cache.set(id, { entry, body: Buffer.alloc(100) });
    cache.get('a');
    cache.set('d', { entry, body: Buffer.alloc(100) });
    assert.deepEqual(
      ['a', 'b', 'c', 'd'].filter(id => cache.get(id)),
      ['a', 'c', 'd'],
    );
  });

  it('holds exactly as many bytes as it may, and nothing that is larger', () => {
    const cache = new MessageCache(2_048 + 100);
    cache.set('a', { entry, body: Buffer.alloc(100) });
    assert.ok(cache.get('a'));
    cache.set('b', { entry, body: Buffer.alloc(101) });
    assert.equal(cache.get('b'), undefined);
    assert.ok(cache.get('a'));
    cache.set('c', { entry, body: Buffer.alloc(0) });
    assert.equal(cache.get('a'), undefined);
  });

  it('does not keep a large buffer alive for a small piece of it', () => {
    const cache = new MessageCache(100_000);
    const whole = Buffer.allocUnsafeSlow(65_536).fill('x');
    cache.set('a', { entry, body: whole.subarray(10, 20) });
    const body = cache.get('a')?.body;
    assert.equal(String(body), 'x'.repeat(10));
    assert.ok((body?.buffer.byteLength ?? 0) < 16_384);
  });
});
