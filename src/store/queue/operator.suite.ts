// SPDX-License-Identifier: Apache-2.0
/** The part of the queue's contract that operators use: list, hold, hasten, remove, close. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { entryFor, isFault, put, takenIds, withStore } from './example.suite.ts';
import type { QueueFixture } from './example.suite.ts';

export function operatorSuite(name: string, open: () => Promise<QueueFixture>): void {
  describe(`${name}: what an operator does`, () => {
    it('lists in the order of ids, page by page', () =>
      withStore(open, async ({ store }) => {
        for (const id of ['c', 'a', 'd', 'b']) await put(store, entryFor(id, ['bob']), 'x'.repeat(10));
        assert.deepEqual(
          (await store.list({ limit: 2 })).map(one => one.id),
          ['a', 'b'],
        );
        assert.deepEqual(
          (await store.list({ after: 'b', limit: 9 })).map(one => one.id),
          ['c', 'd'],
        );
        assert.deepEqual(store.counts(), { messages: 4, bytes: 40, oldestAt: Date.UTC(2026, 0, 1) });
      }));

    it('holds a message until it is let go, also over a restart', () =>
      withStore(open, async ({ store, reopen }, now) => {
        await put(store, entryFor('a', ['bob']));
        assert.equal(await store.hold('a', true), true);
        assert.deepEqual(await takenIds(store, now), []);
        const again = await reopen();
        assert.deepEqual([await takenIds(again, now), (await again.get('a'))?.isHeld], [[], true]);
        assert.equal(await again.hold('a', false), true);
        assert.deepEqual(await takenIds(await reopen(), now), ['a']);
        assert.equal(await store.hold('nobody', true), false);
      }));

    it('makes a waiting message due now, also over a restart', () =>
      withStore(open, async ({ store, reopen }, now) => {
        await put(store, entryFor('a', ['bob']));
        await store.later('a', 0, now + 3_600_000, 'busy');
        assert.equal(await store.hasten('a', now), true);
        assert.equal(store.nextDueAt(), now);
        const again = await reopen();
        assert.deepEqual(await takenIds(again, now), ['a']);
        assert.equal(await again.hasten('nobody', now), false);
      }));

    it('removes a message for good', () =>
      withStore(open, async ({ store, reopen }, now) => {
        await put(store, entryFor('a', ['bob']));
        await store.take(now, 1);
        assert.deepEqual([await store.remove('a'), await store.remove('a')], [true, false]);
        await store.done('a', 0, 'too late');
        await assert.rejects(store.read('a'), isFault('store-broken'));
        assert.deepEqual(await takenIds(await reopen(), now), []);
      }));

    it('takes nothing after it was closed', () =>
      withStore(open, async ({ store }, now) => {
        await put(store, entryFor('a', ['bob']));
        await store.close();
        await assert.rejects(put(store, entryFor('b', ['bob'])), isFault('store-unreachable'));
        assert.deepEqual(await store.take(now, 1), []);
      }));
  });
}
