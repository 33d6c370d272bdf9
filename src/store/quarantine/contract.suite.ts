// SPDX-License-Identifier: Apache-2.0
/** The suite every quarantine passes: `open` makes an empty one, `second` opens the same again, as another process does. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Address } from '../../core/address.ts';
import { TestClock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import type { QuarantineEntry, QuarantineStore } from './contract.ts';
import { wholeOf } from './whole.ts';

export interface QuarantineFixture {
  readonly store: QuarantineStore;
  readonly second: QuarantineStore;
  close(): Promise<void>;
}

const at = (local: string): Address => ({ local, domain: 'example.org' });

export function entryNamed(id: string, storedAt: number, more: Partial<QuarantineEntry> = {}) {
  return {
    id,
    attemptId: 'attempt',
    storedAt,
    sender: { address: { local: 'eve', domain: 'example.net' }, body: '7BIT', isSmtpUtf8: false },
    recipient: at('bob'),
    original: at('info'),
    from: 'Eve <eve@example.net>',
    subject: '当選しました Congratulations',
    score: 12.5,
    reason: { en: 'Looks like spam.', ja: '迷惑メールのようです。' },
    ...more,
  } as const;
}

export async function* pieces(...texts: readonly string[]): AsyncIterable<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

export async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  return (await wholeOf(stream)).toString();
}

export function quarantineSuite(name: string, open: (clock: TestClock) => Promise<QuarantineFixture>): void {
  const withStores = async (work: (stores: QuarantineFixture, clock: TestClock) => Promise<void>): Promise<void> => {
    const clock = new TestClock();
    const fixture = await open(clock);
    try {
      await work(fixture, clock);
    } finally {
      await fixture.close();
    }
  };
  const fault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;
  const ids = (entries: readonly QuarantineEntry[]): readonly string[] => entries.map(entry => entry.id);

  describe(`${name}: keeping`, () => {
    it('keeps a message whole, for everyone', () =>
      withStores(async ({ store, second }, clock) => {
        const put = await store.put(entryNamed('0abc-1', clock.now()), pieces('Subject: x\r\n', '\r\n', 'body\r\n'));
        assert.deepEqual(put, { ...entryNamed('0abc-1', clock.now()), sizeBytes: 20, isReleased: false });
        assert.deepEqual(await second.get('0abc-1'), put);
        assert.equal(await textOf(second.open('0abc-1')), 'Subject: x\r\n\r\nbody\r\n');
        assert.equal(await second.get('0abc-2'), undefined);
      }));

    it('changes nothing when the same comes again', () =>
      withStores(async ({ store, second }, clock) => {
        const first = await store.put(entryNamed('a-1', clock.now()), pieces('one'));
        const again = await second.put(entryNamed('a-1', clock.now() + 1, { subject: 'other' }), pieces('other'));
        assert.deepEqual(again, first);
        assert.equal(await textOf(store.open('a-1')), 'one');
      }));

    it('keeps one of two puts of the same that come at once', () =>
      withStores(async ({ store, second }, clock) => {
        const put = (one: QuarantineStore) => one.put(entryNamed('a-1', clock.now()), pieces('same'));
        const [first, other] = await Promise.all([put(store), put(second)]);
        assert.deepEqual(first, other);
        assert.deepEqual(ids(await store.list({ limit: 9 })), ['a-1']);
        assert.equal(await textOf(second.open('a-1')), 'same');
      }));

    it('has no entry of a message that broke off', () =>
      withStores(async ({ store }, clock) => {
        async function* broken(): AsyncIterable<Buffer> {
          yield Buffer.from('half');
          throw new Fault('peer-closed');
        }
        await assert.rejects(store.put(entryNamed('a-1', clock.now()), broken()), fault('peer-closed'));
        assert.equal(await store.get('a-1'), undefined);
        await store.put(entryNamed('a-1', clock.now()), pieces('whole'));
        assert.equal(await textOf(store.open('a-1')), 'whole');
      }));

    it('takes no id that is none', () =>
      withStores(async ({ store }, clock) => {
        for (const id of ['', '../a', 'A', 'a/b', '-a', 'a'.repeat(65)]) {
          await assert.rejects(store.put(entryNamed(id, clock.now()), pieces('x')), fault('bad-input'));
        }
        await store.put(entryNamed('a'.repeat(64), clock.now()), pieces('x'));
        await assert.rejects(textOf(store.open('nothing')), fault('store-broken'));
      }));
  });

  describe(`${name}: looking and letting go`, () => {
    it('lists the newest first, page by page', () =>
      withStores(async ({ store, second }, clock) => {
        for (const [id, ms] of [
          ['b', 0],
          ['a', 0],
          ['c', 5],
        ] as const) {
          await store.put(entryNamed(id, clock.now() + ms), pieces(id));
        }
        assert.deepEqual(ids(await second.list({ limit: 2 })), ['c', 'b']);
        assert.deepEqual(ids(await second.list({ limit: 2, before: { storedAt: clock.now(), id: 'b' } })), ['a']);
      }));

    it('finds by recipient and by any part', () =>
      withStores(async ({ store }, clock) => {
        await store.put(entryNamed('a', clock.now()), pieces('x'));
        await store.put(
          entryNamed('b', clock.now(), { recipient: at('carol'), original: at('carol'), subject: 'Lunch' }),
          pieces('x'),
        );
        const find = async (query: object) => ids(await store.list({ limit: 9, ...query }));
        assert.deepEqual(
          [
            await find({ recipient: 'Bob@example.org' }),
            await find({ recipient: 'info@example.org' }),
            await find({ recipient: 'ob@example.org' }),
            await find({ text: '当選' }),
            await find({ text: 'LUNCH' }),
            await find({ text: 'eve@example' }),
            await find({ text: 'nothing' }),
          ],
          [['a'], ['a'], [], ['a'], ['b'], ['b', 'a'], []],
        );
      }));

    it('leaves out what was released unless asked', () =>
      withStores(async ({ store, second }, clock) => {
        await store.put(entryNamed('a', clock.now()), pieces('x'));
        assert.deepEqual([await second.markReleased('a'), await second.markReleased('b')], [true, false]);
        assert.deepEqual(await store.list({ limit: 9 }), []);
        assert.equal((await store.list({ limit: 9, includesReleased: true }))[0]?.isReleased, true);
        assert.equal((await store.get('a'))?.isReleased, true);
      }));

    it('removes a message for good', () =>
      withStores(async ({ store, second }, clock) => {
        await store.put(entryNamed('a', clock.now()), pieces('x'));
        assert.deepEqual([await second.remove('a'), await second.remove('a')], [true, false]);
        await assert.rejects(textOf(store.open('a')), fault('store-broken'));
        await store.put(entryNamed('a', clock.now()), pieces('y'));
        assert.equal(await textOf(store.open('a')), 'y');
      }));

    it('trims by age', () =>
      withStores(async ({ store }, clock) => {
        for (const [id, ms] of [
          ['a', 0],
          ['b', 1],
          ['c', 2],
        ] as const)
          await store.put(entryNamed(id, clock.now() + ms), pieces('1234'));
        assert.deepEqual(ids(await store.trim(clock.now() + 1, 1e9)), ['a']);
        assert.deepEqual(ids(await store.list({ limit: 9 })), ['c', 'b']);
      }));

    it('trims the oldest beyond a size', () =>
      withStores(async ({ store }, clock) => {
        for (const [id, ms] of [
          ['a', 0],
          ['b', 1],
          ['c', 2],
        ] as const)
          await store.put(entryNamed(id, clock.now() + ms), pieces('1234'));
        assert.deepEqual(ids(await store.trim(0, 12)), []);
        assert.deepEqual(ids(await store.trim(0, 11)), ['a']);
        assert.deepEqual(ids(await store.trim(0, 4)), ['b']);
        await assert.rejects(textOf(store.open('b')), fault('store-broken'));
      }));
  });
}
