// SPDX-License-Identifier: Apache-2.0
/** The suite every record store passes: `open` makes an empty one, `second` opens the same again, as another process does. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TestClock } from '../../core/clock.ts';
import { seededRandom } from '../../core/random.ts';
import type { RecordEvent, RecordQuery, RecordStore } from './contract.ts';

export interface RecordFixture {
  readonly store: RecordStore;
  readonly second: RecordStore;
  close(): Promise<void>;
}

const start = Date.UTC(2026, 0, 1);
const event = (at: number, kind: string, more: object = {}): RecordEvent => ({ at: start + at, kind, ...more });

export function recordSuite(name: string, open: (clock: TestClock) => Promise<RecordFixture>): void {
  const withStores = async (work: (stores: RecordFixture, clock: TestClock) => Promise<void>): Promise<void> => {
    const clock = new TestClock(start);
    const fixture = await open(clock);
    try {
      await work(fixture, clock);
    } finally {
      await fixture.close();
    }
  };
  const ids = async (store: RecordStore, query: Partial<RecordQuery>): Promise<readonly string[]> =>
    (await store.search({ limit: 99, ...query })).map(record => record.id);
  const threeAttempts = async (store: RecordStore): Promise<void> => {
    store.append('a1', [event(0, 'connect')], { client: '192.0.2.1', hello: 'Mail.Example.NET' });
    store.append('a2', [event(5, 'connect')], { client: '192.0.2.10', sender: 'eve@example.net', action: 'reject' });
    store.append('a1', [event(9, 'recipient')], { sender: 'alice@example.net', recipients: ['Bob@example.org'] });
    store.append('a3', [event(9, 'connect')], {
      client: '2001:db8::1',
      messageId: '<x@example.net>',
      action: 'accept',
      score: 1.5,
    });
    await store.flush();
  };

  describe(`${name}: appending`, () => {
    it('gives back what was appended, in its order, at once and to everyone', () =>
      withStores(async ({ store, second }) => {
        store.append('a1', [event(1, 'connect', { 関: ['所', { n: 1.5 }] })], { client: '192.0.2.1' });
        store.append('a1', [event(2, 'sender', { transaction: 1 }), event(2, 'recipient')]);
        const record = {
          id: 'a1',
          startedAt: start + 1,
          keys: { client: '192.0.2.1' },
          events: [
            event(1, 'connect', { 関: ['所', { n: 1.5 }] }),
            event(2, 'sender', { transaction: 1 }),
            event(2, 'recipient'),
          ],
        };
        assert.deepEqual(await store.get('a1'), record);
        assert.deepEqual(await second.get('a1'), record);
        assert.equal(await second.get('a2'), undefined);
      }));

    it('merges keys: lists are united, the gravest action stays, else the later word', () =>
      withStores(async ({ store, second }) => {
        store.append('a1', [event(1, 'x')], { recipients: ['b@x', 'c@x'], action: 'mark', score: 3, hello: 'one' });
        store.append('a1', [event(2, 'x')], {
          recipients: ['c@x', 'd@x'],
          queueIds: ['q1'],
          action: 'quarantine',
          score: 9,
        });
        await store.flush();
        second.append('a1', [event(3, 'x')], { queueIds: ['q2'], action: 'accept', hello: 'two' });
        await second.flush();
        assert.deepEqual((await store.get('a1'))?.keys, {
          recipients: ['b@x', 'c@x', 'd@x'],
          queueIds: ['q1', 'q2'],
          action: 'quarantine',
          score: 9,
          hello: 'two',
        });
      }));

    it('finds an attempt by the queue id of its message, and keeps its start when later things come', () =>
      withStores(async ({ store, second }) => {
        store.append('a1', [event(1, 'connect')], { queueIds: ['q1'] });
        await store.flush();
        second.append('a1', [event(9_000, 'delivered')]);
        await second.flush();
        store.append('a1', [event(5_000, 'deferred')]);
        const record = await store.get('q1');
        assert.deepEqual([record?.id, record?.startedAt], ['a1', start + 1]);
        assert.deepEqual(
          record?.events.map(one => one.kind),
          ['connect', 'deferred', 'delivered'],
        );
      }));

    it('keeps what two append at once', () =>
      withStores(async ({ store, second }) => {
        for (let i = 0; i < 300; i += 1) (i % 2 ? store : second).append(`a${i % 30}`, [event(i, 'x', { i })]);
        await Promise.all([store.flush(), second.flush()]);
        const records = await second.search({ limit: 99 });
        assert.deepEqual([records.length, records.reduce((sum, one) => sum + one.events.length, 0)], [30, 300]);
      }));

    it('cuts an event that is too large and keeps the others', () =>
      withStores(async ({ store }) => {
        const empty = JSON.stringify(event(1, 'big', { transaction: 2, text: '' })).length;
        for (const sizeBytes of [65_535, 65_536, 65_537]) {
          store.append(`a${sizeBytes}`, [
            event(1, 'big', { transaction: 2, text: 'x'.repeat(sizeBytes - empty) }),
            event(2, 'small'),
          ]);
        }
        const eventsOf = async (id: string) => (await store.get(id))?.events ?? [];
        assert.equal(String((await eventsOf('a65535'))[0]?.['text']).length, 65_535 - empty);
        assert.equal(String((await eventsOf('a65536'))[0]?.['text']).length, 65_536 - empty);
        assert.deepEqual(await eventsOf('a65537'), [
          event(1, 'big', { transaction: 2, cutBytes: 65_537 }),
          event(2, 'small'),
        ]);
      }));

    it('keeps the mark of an event that cannot be written', () =>
      withStores(async ({ store }) => {
        store.append('a1', [event(1, 'odd', { big: 1n }), event(2, 'fine')]);
        const events = (await store.get('a1'))?.events;
        assert.deepEqual(
          events?.map(one => one.kind),
          ['odd', 'fine'],
        );
        assert.match(String(events?.[0]?.['unwritable']), /BigInt/);
      }));
  });

  describe(`${name}: searching`, () => {
    it('finds by each key, whole and without case', () =>
      withStores(async ({ store, second }) => {
        await threeAttempts(store);
        assert.deepEqual(
          [
            await ids(second, {}),
            await ids(second, { sender: 'Alice@example.net' }),
            await ids(second, { recipient: 'bob@example.org' }),
            await ids(second, { recipient: 'ob@example.org' }),
            await ids(second, { client: '192.0.2.1' }),
            await ids(second, { action: 'reject' }),
            await ids(second, { action: 'accept', client: '192.0.2.1' }),
            await ids(second, { sender: 'alice@example.net', recipient: 'bob@example.org', client: '192.0.2.1' }),
          ],
          [['a3', 'a2', 'a1'], ['a1'], ['a1'], [], ['a1'], ['a2'], [], ['a1']],
        );
      }));

    it('finds by any part of any key', () =>
      withStores(async ({ store, second }) => {
        await threeAttempts(store);
        assert.deepEqual(
          [
            await ids(second, { text: '192.0.2.1' }),
            await ids(second, { text: 'MAIL.example' }),
            await ids(second, { text: '<x@' }),
            await ids(second, { text: 'a2' }),
            await ids(second, { text: 'example.net', action: 'accept' }),
            await ids(second, { text: 'nowhere' }),
            await ids(second, { text: '' }),
          ],
          [['a2', 'a1'], ['a1'], ['a3'], ['a2'], ['a3'], [], ['a3', 'a2', 'a1']],
        );
      }));

    it('finds by the time of the start, borders included', () =>
      withStores(async ({ store }) => {
        await threeAttempts(store);
        assert.deepEqual(await ids(store, { since: start + 5 }), ['a3', 'a2']);
        assert.deepEqual(await ids(store, { since: start + 6 }), ['a3']);
        assert.deepEqual(await ids(store, { until: start + 5 }), ['a2', 'a1']);
        assert.deepEqual(await ids(store, { until: start + 4 }), ['a1']);
      }));

    it('finds an attempt by its gravest action, not by an earlier one', () =>
      withStores(async ({ store, second }) => {
        store.append('a1', [event(0, 'x')], { action: 'accept', sender: 'alice@example.net' });
        await store.flush();
        second.append('a1', [event(1, 'x')], { action: 'reject' });
        await second.flush();
        assert.deepEqual(
          [await ids(store, { action: 'accept' }), await ids(store, { action: 'reject' })],
          [[], ['a1']],
        );
        assert.deepEqual(await ids(store, { action: 'reject', sender: 'alice@example.net' }), ['a1']);
      }));

    it('gives the newest first, and no more than asked', () =>
      withStores(async ({ store, second }) => {
        const text = 'x'.repeat(2_000);
        for (let i = 0; i < 300; i += 1) {
          store.append(`a${String(i).padStart(3, '0')}`, [event(i, 'x', { text })], {
            sender: `s${i % 3}@example.net`,
          });
          if (i % 50 === 49) await store.flush();
        }
        second.append('a010', [event(9_999, 'delivered')]);
        await second.flush();
        assert.deepEqual(await ids(second, { limit: 3 }), ['a299', 'a298', 'a297']);
        assert.deepEqual(await ids(second, { limit: 2, sender: 's0@example.net', until: start + 100 }), [
          'a099',
          'a096',
        ]);
        assert.deepEqual((await second.search({ limit: 400 })).length, 300);
        assert.deepEqual(await ids(second, { limit: 0 }), []);
      }));
  });

  describe(`${name}: letting go`, () => {
    it('trims what began before, with all that came later', () =>
      withStores(async ({ store, second }) => {
        await threeAttempts(store);
        second.append('a1', [event(90_000, 'delivered')], { queueIds: ['q1'] });
        await second.flush();
        assert.equal(await store.trim(start, 1e9), 0);
        assert.equal(await store.trim(start + 5, 1e9), 1);
        assert.deepEqual([await second.get('a1'), await second.get('q1')], [undefined, undefined]);
        assert.deepEqual(await ids(second, {}), ['a3', 'a2']);
        assert.equal(await store.trim(start + 10, 1e9), 2);
        assert.deepEqual(await ids(second, {}), []);
      }));

    it('trims the oldest beyond a size', () =>
      withStores(async ({ store }) => {
        const random = seededRandom(1);
        for (let i = 0; i < 400; i += 1) {
          store.append(`a${String(i).padStart(3, '0')}`, [
            event(i, 'x', { noise: random.bytes(2_000).toString('base64') }),
          ]);
          if (i % 50 === 49) await store.flush();
        }
        assert.equal(await store.trim(0, 100_000_000), 0);
        const removed = await store.trim(0, 500_000);
        assert.equal(removed > 50 && removed < 400, true, `${removed} removed`);
        const left = await ids(store, { limit: 400 });
        assert.deepEqual([left[0], left.length], ['a399', 400 - removed]);
        assert.equal(await store.get('a000'), undefined);
      }));

    it('goes on after a trim took everything', () =>
      withStores(async ({ store, second }) => {
        await threeAttempts(store);
        assert.equal(await second.trim(start + 99, 1e9), 3);
        store.append('a4', [event(100, 'connect')]);
        assert.deepEqual(await ids(store, {}), ['a4']);
      }));

    it('forgets an address in keys and events, and no other', () =>
      withStores(async ({ store, second }) => {
        const text = 'rcpt=<BOB+shop@example.org> notbob@example.org bob@example.org.example, "bob@example.org"';
        store.append('a1', [event(1, 'recipient', { address: 'bob@example.org', deep: [{ text }] })], {
          recipients: ['Bob@example.org', 'carol@example.org'],
        });
        store.append('a2', [event(2, 'recipient', { address: 'carol@example.org' })], { sender: 'carol@example.org' });
        assert.equal(await store.forget('bob@Example.org'), 1);
        assert.deepEqual(await second.get('a1'), {
          id: 'a1',
          startedAt: start + 1,
          keys: { recipients: ['[forgotten]', 'carol@example.org'] },
          events: [
            event(1, 'recipient', {
              address: '[forgotten]',
              deep: [{ text: 'rcpt=<[forgotten]> notbob@example.org bob@example.org.example, "[forgotten]"' }],
            }),
          ],
        });
        assert.deepEqual(
          [await ids(second, { text: 'bob@' }), await ids(second, { text: 'carol@' })],
          [[], ['a2', 'a1']],
        );
        store.append('a1', [event(3, 'close')]);
        assert.equal((await store.get('a1'))?.events.length, 2);
        assert.equal(
          JSON.stringify(await second.get('a1'))
            .toLowerCase()
            .includes('<bob'),
          false,
        );
      }));
  });
}
