// SPDX-License-Identifier: Apache-2.0
/** The suite every state store passes: `open` makes an empty one, `second` opens the same again, as another process does. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TestClock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import type { StateStore } from './contract.ts';

export interface StateFixture {
  readonly store: StateStore;
  readonly second: StateStore;
  close(): Promise<void>;
}

const ttlMs = 60_000;

export function stateSuite(name: string, open: () => Promise<StateFixture>): void {
  const withStores = async (work: (stores: StateFixture, clock: TestClock) => Promise<void>): Promise<void> => {
    const fixture = await open();
    try {
      await work(fixture, new TestClock());
    } finally {
      await fixture.close();
    }
  };
  const isBadInput = (error: unknown): boolean => error instanceof Fault && error.code === 'bad-input';

  describe(`${name}: values`, () => {
    it('keeps a value until its lifetime is over, for everyone', () =>
      withStores(async ({ store, second }, clock) => {
        await store.set('a', 'one', ttlMs, clock.now());
        clock.advance(ttlMs - 1);
        assert.deepEqual([await store.get('a', clock.now()), await second.get('a', clock.now())], ['one', 'one']);
        clock.advance(1);
        assert.deepEqual(
          [await store.get('a', clock.now()), await second.get('a', clock.now())],
          [undefined, undefined],
        );
      }));

    it('replaces a value and its lifetime', () =>
      withStores(async ({ store, second }, clock) => {
        await store.set('a', 'one', ttlMs, clock.now());
        clock.advance(ttlMs - 1);
        await second.set('a', 'two', ttlMs, clock.now());
        clock.advance(ttlMs - 1);
        assert.equal(await store.get('a', clock.now()), 'two');
      }));

    it('keeps every sign of a value, up to 64 kB', () =>
      withStores(async ({ store }, clock) => {
        const odd = '関所 \u0000 "\'\\ \n';
        await store.set(odd, odd, ttlMs, clock.now());
        await store.set('big', 'x'.repeat(65_536), ttlMs, clock.now());
        assert.equal(await store.get(odd, clock.now()), odd);
        assert.equal((await store.get('big', clock.now()))?.length, 65_536);
        await assert.rejects(store.set('big', 'x'.repeat(65_537), ttlMs, clock.now()), isBadInput);
        await assert.rejects(store.settle('big', 'é'.repeat(32_769), ttlMs, clock.now()), isBadInput);
      }));

    it('lets the first of many settle a key', () =>
      withStores(async ({ store, second }, clock) => {
        const won = await Promise.all(
          Array.from({ length: 20 }, (_, i) => (i % 2 ? store : second).settle('a', `${i}`, ttlMs, clock.now())),
        );
        assert.equal(new Set(won).size, 1);
        clock.advance(ttlMs);
        assert.equal(await store.settle('a', 'late', ttlMs, clock.now()), 'late');
      }));

    it('swaps only what is expected, and lets one of many win', () =>
      withStores(async ({ store, second }, clock) => {
        assert.equal(await store.swap('a', undefined, 'one', ttlMs, clock.now()), true);
        assert.equal(await second.swap('a', undefined, 'two', ttlMs, clock.now()), false);
        const won = await Promise.all(
          Array.from({ length: 10 }, (_, i) => (i % 2 ? store : second).swap('a', 'one', `n${i}`, ttlMs, clock.now())),
        );
        assert.equal(won.filter(Boolean).length, 1);
        clock.advance(ttlMs);
        assert.equal(await store.swap('a', undefined, 'again', ttlMs, clock.now()), true);
      }));

    it('lists living values by prefix, in order, page by page', () =>
      withStores(async ({ store, second }, clock) => {
        for (const key of ['g/b', 'g/a', 'g/\u{1f600}', 'g/\uffee', 'g0', 'f/z'])
          await store.set(key, key, ttlMs, clock.now());
        await store.set('g/dead', 'x', 1, clock.now());
        clock.advance(1);
        const expiresAt = clock.now() - 1 + ttlMs;
        assert.deepEqual(await second.list('g/', '', 2, clock.now()), [
          { key: 'g/a', value: 'g/a', expiresAt },
          { key: 'g/b', value: 'g/b', expiresAt },
        ]);
        const rest = await second.list('g/', 'g/b', 10, clock.now());
        assert.deepEqual(
          rest.map(entry => entry.key),
          ['g/\uffee', 'g/\u{1f600}'],
        );
      }));

    it('removes a key whatever it holds', () =>
      withStores(async ({ store, second }, clock) => {
        const now = clock.now();
        await store.set('a', 'one', ttlMs, now);
        await store.count('a', 5, ttlMs, now);
        await store.hold('a', 'm', ttlMs, now);
        await store.lease('a', 'me', ttlMs, now);
        await second.remove('a', now);
        assert.equal(await store.get('a', now), undefined);
        assert.equal(await store.count('a', 1, ttlMs, now), 1);
        assert.equal(await store.hold('a', 'n', ttlMs, now), 1);
        assert.equal(await store.lease('a', 'you', ttlMs, now), true);
      }));
  });

  describe(`${name}: counters, buckets, sets, leases`, () => {
    it('loses no count when two count at once', () =>
      withStores(async ({ store, second }, clock) => {
        await Promise.all(
          Array.from({ length: 200 }, (_, i) => (i % 2 ? store : second).count('a', 2, ttlMs, clock.now())),
        );
        assert.equal(await store.count('a', 0, ttlMs, clock.now()), 400);
      }));

    it('starts a count anew when its window is over', () =>
      withStores(async ({ store }, clock) => {
        await store.count('a', 3, ttlMs, clock.now());
        clock.advance(ttlMs - 1);
        assert.equal(await store.count('a', 1, ttlMs, clock.now()), 4);
        clock.advance(1);
        assert.equal(await store.count('a', 1, ttlMs, clock.now()), 1);
      }));

    it('gives as many tokens as there are and says when there are more', () =>
      withStores(async ({ store, second }, clock) => {
        const take = (one: StateStore, tokens: number) => one.take('a', tokens, 2, 10, clock.now());
        assert.deepEqual(await take(store, 10), { isEnough: true, waitMs: 0 });
        assert.deepEqual(await take(second, 3), { isEnough: false, waitMs: 1_500 });
        clock.advance(1_499);
        assert.deepEqual(await take(store, 3), { isEnough: false, waitMs: 1 });
        clock.advance(1);
        assert.deepEqual(await take(second, 3), { isEnough: true, waitMs: 0 });
        assert.deepEqual(await take(second, 11), { isEnough: false, waitMs: Number.POSITIVE_INFINITY });
        clock.advance(3_600_000);
        assert.deepEqual(await take(store, 10), { isEnough: true, waitMs: 0 });
      }));

    it('gives no token twice when two take at once', () =>
      withStores(async ({ store, second }, clock) => {
        const taken = await Promise.all(
          Array.from({ length: 30 }, (_, i) => (i % 2 ? store : second).take('a', 1, 0, 10, clock.now())),
        );
        assert.equal(taken.filter(one => one.isEnough).length, 10);
      }));

    it('counts who is alive, and forgets who leaves or falls silent', () =>
      withStores(async ({ store, second }, clock) => {
        assert.equal(await store.hold('a', 'one', ttlMs, clock.now()), 1);
        assert.equal(await second.hold('a', 'two', ttlMs, clock.now()), 2);
        clock.advance(ttlMs - 1);
        assert.equal(await store.hold('a', 'two', ttlMs, clock.now()), 2);
        clock.advance(1);
        assert.equal(await store.hold('a', 'three', ttlMs, clock.now()), 2);
        await second.remove('a', clock.now(), 'two');
        assert.equal(await store.hold('a', 'three', ttlMs, clock.now()), 1);
      }));

    it('lends to one holder at a time', () =>
      withStores(async ({ store, second }, clock) => {
        assert.equal(await store.lease('a', 'one', ttlMs, clock.now()), true);
        assert.equal(await second.lease('a', 'two', ttlMs, clock.now()), false);
        clock.advance(ttlMs - 1);
        assert.equal(await store.lease('a', 'one', ttlMs, clock.now()), true);
        clock.advance(ttlMs - 1);
        assert.equal(await second.lease('a', 'two', ttlMs, clock.now()), false);
        clock.advance(1);
        assert.equal(await second.lease('a', 'two', ttlMs, clock.now()), true);
      }));
  });

  describe(`${name}: time`, () => {
    it('lets nobody wait longer than the lifetime when the clock is set back', () =>
      withStores(async ({ store, second }, clock) => {
        const later = clock.now() + 365 * 86_400_000;
        await store.set('v', 'one', ttlMs, later);
        await store.count('c', 1, ttlMs, later);
        await store.take('b', 10, 1, 10, later);
        await store.hold('s', 'one', ttlMs, later);
        await store.lease('l', 'one', ttlMs, later);
        const now = clock.now();
        assert.equal(await second.get('v', now), 'one');
        assert.equal(await second.count('c', 1, ttlMs, now), 2);
        assert.equal((await second.take('b', 1, 1, 10, now)).isEnough, false);
        assert.equal(await second.hold('s', 'two', ttlMs, now), 2);
        assert.equal(await second.lease('l', 'two', ttlMs, now), false);
        clock.advance(ttlMs);
        assert.equal(await store.get('v', clock.now()), undefined);
        assert.equal(await store.count('c', 1, ttlMs, clock.now()), 1);
        assert.equal((await store.take('b', 10, 1, 10, clock.now())).isEnough, true);
        assert.equal(await store.hold('s', 'three', ttlMs, clock.now()), 1);
        assert.equal(await store.lease('l', 'two', ttlMs, clock.now()), true);
      }));

    it('tidies what has expired and nothing else, and takes the future back', () =>
      withStores(async ({ store, second }, clock) => {
        for (let i = 0; i < 30; i += 1) await store.set(`old/${i}`, 'x', 1, clock.now());
        await store.set('new', 'x', ttlMs, clock.now());
        await store.set('future', 'x', ttlMs, clock.now() + 1e9);
        clock.advance(1);
        await second.tidy(clock.now());
        assert.equal(await store.get('new', clock.now()), 'x');
        clock.advance(ttlMs);
        assert.equal(await store.get('future', clock.now()), undefined);
      }));
  });
}
