// SPDX-License-Identifier: Apache-2.0
/** The suite every sent log passes: `open` makes an empty one, `second` opens the same again, as another process does. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SentStore } from './contract.ts';

export interface SentFixture {
  readonly store: SentStore;
  readonly second: SentStore;
  close(): Promise<void>;
}

const bob = 'bob@example.org';
const alice = 'alice@example.net';
const entry = (sender: string, recipients: readonly string[], messageId: string, day: string) => ({
  sender,
  recipients,
  messageId,
  day,
});

export function sentSuite(name: string, open: () => Promise<SentFixture>): void {
  const withStores = async (work: (stores: SentFixture) => Promise<void>): Promise<void> => {
    const fixture = await open();
    try {
      await work(fixture);
    } finally {
      await fixture.close();
    }
  };

  describe(`${name}: what our own have sent`, () => {
    it('knows at once whom one has written to, and under which name', () =>
      withStores(async ({ store }) => {
        store.append(entry(bob, [alice, 'carol@example.net'], '<1@example.org>', '2026-01-01'));
        assert.equal(await store.lastSent('Bob@Example.org', 'ALICE@example.net'), '2026-01-01');
        assert.equal(await store.lastSent(alice, bob), undefined);
        assert.deepEqual(
          [
            await store.hasMessageId('<1@example.org>'),
            await store.hasMessageId('<2@example.org>'),
            await store.hasMessageId(''),
          ],
          [true, false, false],
        );
      }));

    it('knows whether one has sent anything since a day, to whomever', () =>
      withStores(async ({ store, second }) => {
        store.append(entry(bob, [alice], '<1@example.org>', '2026-01-05'));
        const since = (sent: SentStore, who: string) =>
          Promise.all(['2026-01-04', '2026-01-05', '2026-01-06'].map(day => sent.hasSentSince(who, day)));
        assert.deepEqual(await since(store, 'Bob@Example.org'), [true, true, false]);
        assert.deepEqual(await since(store, alice), [false, false, false]);
        await store.flush();
        assert.deepEqual(await since(second, bob), [true, true, false]);
        store.append(entry(bob, ['carol@example.net'], '', '2026-01-01'));
        assert.deepEqual(await since(store, bob), [true, true, false]);
      }));

    it('shows others what was written, the last day of all', () =>
      withStores(async ({ store, second }) => {
        store.append(entry(bob, [alice], '<2@example.org>', '2026-01-03'));
        await store.flush();
        second.append(entry(bob, [alice], '', '2026-01-02'));
        await second.flush();
        for (const one of [store, second]) assert.equal(await one.lastSent(bob, alice), '2026-01-03');
        assert.equal(await second.hasMessageId('<2@example.org>'), true);
      }));

    it('loses nothing when two write at once', () =>
      withStores(async ({ store, second }) => {
        for (let i = 0; i < 100; i += 1)
          (i % 2 ? store : second).append(entry(bob, [`u${i}@example.net`], `<${i}>`, '2026-01-01'));
        await Promise.all([store.flush(), second.flush()]);
        for (let i = 0; i < 100; i += 1) {
          assert.equal(await store.lastSent(bob, `u${i}@example.net`), '2026-01-01');
          assert.equal(await store.hasMessageId(`<${i}>`), true);
        }
      }));

    it('trims what is only of days before', () =>
      withStores(async ({ store }) => {
        store.append(entry(bob, [alice], '<1>', '2026-01-01'));
        store.append(entry(bob, [alice, 'carol@example.net'], '<2>', '2026-01-02'));
        assert.equal(await store.trim('2026-01-01'), 0);
        assert.equal(await store.trim('2026-01-02'), 1);
        assert.deepEqual([await store.hasMessageId('<1>'), await store.hasMessageId('<2>')], [false, true]);
        assert.equal(await store.trim('2026-01-03'), 3);
        assert.equal(await store.lastSent(bob, alice), undefined);
      }));

    it('forgets an address on either side', () =>
      withStores(async ({ store, second }) => {
        store.append(entry(bob, [alice, 'carol@example.net'], '<1>', '2026-01-01'));
        store.append(entry(alice, [bob], '<2>', '2026-01-01'));
        assert.equal(await store.forget('Alice@example.net'), 3);
        assert.deepEqual(
          [
            await second.lastSent(bob, alice),
            await second.lastSent(alice, bob),
            await second.lastSent(bob, 'carol@example.net'),
          ],
          [undefined, undefined, '2026-01-01'],
        );
        assert.deepEqual([await store.hasMessageId('<1>'), await store.hasMessageId('<2>')], [true, false]);
      }));
  });
}
