// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TestClock } from '../../core/clock.ts';
import { timeOf } from '../../core/ids.ts';
import type { RecordEvent, RecordKeys, RecordStore } from './contract.ts';
import { recordSuite } from './contract.suite.ts';
import { foldFloods, refusedKept } from './folding.ts';
import { floodId } from './flood.ts';
import { heldEventsAtMost } from './flood-attempt.ts';
import { memoryRecordStore, RecordMemory } from './memory.ts';

recordSuite('folded records', async clock => {
  const memory = new RecordMemory();
  const open = (): RecordStore => foldFloods(memoryRecordStore(memory), { clock });
  return { store: open(), second: open(), close: async () => {} };
});

const minute = Date.UTC(2026, 0, 1);

function world(networksAtMost?: number) {
  const clock = new TestClock(minute);
  const inner = memoryRecordStore();
  const store = foldFloods(inner, { clock, ...(networksAtMost === undefined ? {} : { networksAtMost }) });
  const note = (id: string, kind: string, fields: object = {}, keys?: RecordKeys) =>
    store.append(id, [{ at: clock.now(), kind, ...fields }], keys);
  const begin = (id: string, client = '192.0.2.1') => note(id, 'connect', { client }, { client });
  const refuse = (id: string, reply = 550, because = 'CLIENT_BLOCKED') => {
    note(id, 'sender', { address: 'eve@example.net' }, { sender: 'eve@example.net' });
    const recipients = ['bob@example.jp'];
    note(id, 'recipient', { address: recipients[0], reply, verdict: { because } }, { recipients, action: 'reject' });
  };
  const close = (id: string, how = 'hang-up') => note(id, 'close', { how });
  /** Attempts that are refused one after the other, a millisecond each. */
  const flood = (name: string, count: number, client?: string) => {
    for (let i = 0; i < count; i++) {
      begin(`${name}${i}`, client);
      refuse(`${name}${i}`);
      close(`${name}${i}`);
      clock.advance(1);
    }
  };
  const ids = async (query: object = {}) => (await store.search({ limit: 9_999, ...query })).map(({ id }) => id);
  /** The events of the counted record of a network in the first minute. */
  const counted = async (network = '192.0.2.0/24', at = minute): Promise<readonly RecordEvent[]> =>
    (await store.get(floodId(network, at)))?.events ?? [];
  return { clock, inner, store, note, begin, refuse, close, flood, ids, counted };
}

const sum = (events: readonly RecordEvent[]): number =>
  events.reduce((count, event) => count + Number(event['count']), 0);

describe('a flood', () => {
  it('begins with the 101st refused attempt of a network in a minute', async () => {
    const { flood, ids, counted } = world();
    flood('a', refusedKept - 1);
    assert.equal((await ids()).length, refusedKept - 1);
    flood('b', 1);
    assert.deepEqual([(await ids()).length, await counted()], [refusedKept, []]);
    flood('c', 2);
    assert.equal(sum(await counted()), 2);
    assert.deepEqual([(await ids()).length, (await ids()).includes('c0')], [refusedKept + 1, false]);
  });

  it('is one record, with how many, from when to when, what they were answered and a few of them', async () => {
    const { flood, begin, close, store, note, refuse, clock } = world();
    flood('a', refusedKept);
    flood('b', 3, '192.0.2.77');
    begin('silent');
    note('silent', 'hello', { name: 'x.example' }, { hello: 'x.example' });
    close('silent');
    begin('later');
    refuse('later', 451, 'GREYLIST_WAIT');
    clock.advance(20);
    close('later');
    const record = await store.get(floodId('192.0.2.0/24', minute));
    assert.deepEqual(record?.events, [
      {
        at: minute + 100,
        kind: 'flood',
        network: '192.0.2.0/24',
        count: 5,
        lastAt: minute + 123,
        silent: 1,
        replies: { '451': 1, '550': 3 },
        symbols: { CLIENT_BLOCKED: 3, GREYLIST_WAIT: 1 },
        clients: ['192.0.2.77', '192.0.2.1'],
        hellos: ['x.example'],
        senders: ['eve@example.net'],
        recipients: ['bob@example.jp'],
      },
    ]);
    assert.deepEqual([record.startedAt, timeOf(record.id)], [minute + 100, minute]);
  });

  it('is found by its network, by an address in it, and by the ids that its senders were told', async () => {
    const { flood, store, ids } = world();
    flood('a', refusedKept + 1);
    const id = floodId('192.0.2.0/24', minute);
    assert.deepEqual(await ids({ client: '192.0.2.0/24' }), [id]);
    assert.deepEqual(await ids({ action: 'flood' }), [id]);
    assert.ok((await ids({ recipient: 'bob@example.jp' })).includes(id));
    assert.equal((await store.get(`a${refusedKept}`))?.id, id);
  });

  it('remembers no more than 1,000 ids and 5 samples of each kind', async () => {
    const { flood, begin, close, note, store } = world();
    flood('a', refusedKept + 999);
    for (const name of ['last', 'over']) {
      begin(name, '192.0.2.9');
      note(name, 'hello', { name }, { hello: name });
      close(name);
    }
    assert.equal((await store.get('last'))?.id, floodId('192.0.2.0/24', minute));
    assert.equal(await store.get('over'), undefined);
    const names = 7;
    for (let i = 0; i < names; i++) {
      begin(`n${i}`, `192.0.2.${20 + i}`);
      close(`n${i}`);
    }
    const record = await store.get(floodId('192.0.2.0/24', minute));
    assert.equal(new Set(record?.events.flatMap(event => [event['clients'] ?? []].flat())).size, 5);
    assert.equal(sum(record?.events ?? []), 1_001 + names);
  });

  it('is of one minute: the next begins with records again, and has a counted one of its own', async () => {
    const { clock, flood, counted, ids } = world();
    flood('a', refusedKept + 1);
    clock.advance(60_000 - refusedKept - 2);
    flood('b', 1);
    clock.advance(0);
    flood('c', refusedKept + 3);
    assert.equal(sum(await counted()), 2);
    assert.equal(sum(await counted('192.0.2.0/24', minute + 60_000)), 3);
    assert.equal((await ids()).length, 2 * refusedKept + 2);
  });

  it('is of one network: /24 of IPv4, /64 of IPv6', async () => {
    const { flood, counted, ids } = world();
    flood('a', refusedKept, '2001:db8::1');
    flood('b', 1, '2001:db8::ffff');
    flood('c', 1, '2001:db8:0:1::1');
    assert.equal(sum(await counted('2001:db8::/64')), 1);
    assert.ok((await ids()).includes('c0'));
  });

  it('is seen although its attempts are all open at once', async () => {
    const { begin, refuse, close, counted, ids } = world();
    const names = Array.from({ length: refusedKept + 20 }, (_, i) => `a${i}`);
    for (const name of names) begin(name);
    assert.equal((await ids()).length, names.length);
    for (const name of names) refuse(name);
    for (const name of names) close(name);
    assert.equal(sum(await counted()), 20);
  });
});

describe('in a flood', () => {
  const flooded = () => {
    const made = world();
    made.flood('a', refusedKept);
    made.begin('x');
    return made;
  };
  const kinds = async (store: RecordStore, id: string) => (await store.get(id))?.events.map(({ kind }) => kind);

  it('an attempt that accepts something has its record, whole and from that moment on', async () => {
    const { store, inner, refuse, note, close, counted } = flooded();
    refuse('x');
    assert.equal(await inner.get('x'), undefined);
    note('x', 'recipient', { address: 'bob@example.jp' });
    note('x', 'accepted', { queueId: 'q1' }, { queueIds: ['q1'] });
    assert.deepEqual(await kinds(inner, 'x'), ['connect', 'sender', 'recipient', 'recipient', 'accepted']);
    refuse('x');
    close('x');
    assert.equal((await kinds(store, 'q1'))?.at(-1), 'close');
    assert.deepEqual(await counted(), []);
  });

  it('an attempt that met a trouble of ours has its record', async () => {
    const { store, note, close } = flooded();
    note('x', 'not-accepted', { reply: 451, reason: 'disk' });
    close('x');
    assert.deepEqual(await kinds(store, 'x'), ['connect', 'not-accepted', 'close']);
  });

  it('an attempt whose recipient was let in has its record, unless the message was refused', async () => {
    const { store, note, begin, refuse, close, counted } = flooded();
    note('x', 'sender');
    note('x', 'recipient', { address: 'bob@example.jp' });
    refuse('x');
    close('x');
    assert.equal((await kinds(store, 'x'))?.at(-1), 'close');
    begin('y');
    note('y', 'sender');
    note('y', 'recipient', { address: 'bob@example.jp' });
    note('y', 'verdict', { action: 'reject', because: 'SPAM' });
    note('y', 'refused', { command: 'DATA', reply: 550 });
    close('y');
    assert.deepEqual(
      (await counted()).map(event => event['symbols']),
      [{ SPAM: 1 }],
    );
  });

  it('an attempt that said who it came from and was refused nothing has its record', async () => {
    const { store, note, close } = flooded();
    note('x', 'sender');
    close('x', 'quit');
    assert.deepEqual(await kinds(store, 'x'), ['connect', 'sender', 'close']);
  });

  it('an open attempt is in get and search, and is let go of at a flush', async () => {
    const { store, inner, ids, refuse, close } = flooded();
    assert.deepEqual([await kinds(store, 'x'), (await ids())[0]], [['connect'], 'x']);
    assert.deepEqual(await ids({ client: '192.0.2.1', limit: 1 }), ['x']);
    assert.equal(await inner.get('x'), undefined);
    await store.flush();
    assert.deepEqual(await kinds(inner, 'x'), ['connect']);
    refuse('x');
    close('x');
    assert.deepEqual(await kinds(inner, 'x'), ['connect', 'sender', 'recipient', 'close']);
  });

  it('an attempt that says too much to be held is kept', async () => {
    const { store, inner, note, begin, close } = flooded();
    for (let i = 1; i < heldEventsAtMost; i++) note('x', 'refused', { command: 'NOOP', reply: 500 });
    assert.equal(await inner.get('x'), undefined);
    note('x', 'refused', { command: 'NOOP', reply: 500 });
    assert.equal((await kinds(inner, 'x'))?.length, heldEventsAtMost + 1);
    close('x');
    assert.equal((await kinds(store, 'x'))?.length, heldEventsAtMost + 2);
    begin('y');
  });

  it('counts are written after 10 s at the latest, and at the end', async () => {
    const { clock, inner, refuse, begin, close, store } = flooded();
    refuse('x');
    close('x');
    const id = floodId('192.0.2.0/24', minute);
    clock.advance(9_999);
    assert.equal(await inner.get(id), undefined);
    clock.advance(1);
    assert.equal(sum((await inner.get(id))?.events ?? []), 1);
    begin('y');
    refuse('y');
    close('y');
    await store.close();
    assert.equal(sum((await inner.get(id))?.events ?? []), 2);
  });

  it('what two processes count becomes one record', async () => {
    const memory = new RecordMemory();
    const clock = new TestClock(minute);
    const stores = [1, 2].map(() => foldFloods(memoryRecordStore(memory), { clock }));
    for (const [which, store] of stores.entries())
      for (let i = 0; i < refusedKept + 2; i++) {
        store.append(`${which}-${i}`, [{ at: clock.now(), kind: 'connect' }], { client: '192.0.2.1' });
        store.append(`${which}-${i}`, [{ at: clock.now(), kind: 'close' }]);
      }
    for (const store of stores) await store.flush();
    const record = await stores[0]?.get(floodId('192.0.2.0/24', minute));
    assert.equal(sum(record?.events ?? []), 4);
  });

  it('networks that have not been seen for longest are forgotten first, and what was counted of them is not', async () => {
    const { flood, counted, ids } = world(2);
    flood('a', refusedKept + 1, '192.0.2.1');
    flood('b', 1, '198.51.100.1');
    flood('c', 1, '192.0.2.1');
    flood('d', 1, '203.0.113.1');
    assert.equal(sum(await counted()), 2);
    flood('e', 1, '198.51.100.1');
    flood('f', 1, '192.0.2.1');
    assert.ok((await ids()).includes('f0'));
    assert.equal(sum(await counted()), 2);
  });
});
