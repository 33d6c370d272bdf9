// SPDX-License-Identifier: Apache-2.0
/** The suite every queue store passes: `open` makes one on an empty disk, `reopen` closes it and opens the same disk again. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgedLimitBytes } from '../../core/message.ts';
import { entryFor, isFault, put, quietWire, takenIds, withStore } from './example.suite.ts';
import type { QueueFixture } from './example.suite.ts';
import { operatorSuite } from './operator.suite.ts';

export function queueSuite(name: string, open: () => Promise<QueueFixture>): void {
  describe(`${name}: what is put`, () => {
    it('is due at once, whole, with everything it was put with', () =>
      withStore(open, async ({ store }, now) => {
        const entry = entryFor('a', ['bob', 'carol'], { cuts: [{ start: 0, end: 4 }] });
        const queued = await put(store, entry, 'X: y\r\nSubject: hi\r\n\r\nhi\r\n');
        const [due, ...rest] = await store.take(now, 10);
        assert.deepEqual(rest, []);
        assert.deepEqual(due?.message, queued);
        assert.deepEqual(due?.recipients, [0, 1]);
        const { sizeBytes, deliveredBytes, progress, isHeld, ...same } = queued;
        assert.deepEqual(same, entry);
        assert.deepEqual([sizeBytes, deliveredBytes, isHeld], [25, 25 - 4 + entry.prefix.length, false]);
        assert.deepEqual(progress[1], { state: 'waiting', attempts: 0, nextAt: now, lastReason: '' });
      }));

    it('is read with prefixes before it and without its cuts', () =>
      withStore(open, async ({ store }) => {
        await put(
          store,
          entryFor('a', ['bob'], {
            cuts: [
              { start: 1, end: 3 },
              { start: 3, end: 3 },
              { start: 5, end: 7 },
            ],
          }),
          '0123456789',
        );
        assert.equal((await store.read('a')).toString(), 'Received: by mx.example.org\r\n034789');
        assert.equal(
          (await store.read('a', 0)).toString(),
          'Delivered-To: bob@example.org\r\nReceived: by mx.example.org\r\n034789',
        );
      }));

    for (const size of [
      0,
      1,
      judgedLimitBytes - 1,
      judgedLimitBytes,
      judgedLimitBytes + 1,
      3 * judgedLimitBytes + 17,
    ]) {
      it(`comes back byte for byte at ${size} bytes, also after a restart`, () =>
        withStore(open, async ({ store, reopen }, now) => {
          const body = Buffer.from(Array.from({ length: 4099 }, (_, i) => (i * 7) & 255).flatMap(byte => byte));
          const whole = Buffer.alloc(size, body);
          const incoming = store.begin();
          for (let at = 0; at < size; at += 65_537) await incoming.write(Buffer.from(whole.subarray(at, at + 65_537)));
          const message = incoming.message(quietWire);
          assert.deepEqual([message.sizeBytes, message.isWhole], [size, size <= judgedLimitBytes]);
          assert.ok(message.bytes.equals(whole.subarray(0, judgedLimitBytes)));
          const streamed: Buffer[] = [];
          for await (const chunk of message.stream()) streamed.push(chunk);
          assert.ok(Buffer.concat(streamed).equals(whole));
          const cuts =
            size > 2 * judgedLimitBytes ? [{ start: judgedLimitBytes - 10, end: judgedLimitBytes + 10 }] : [];
          await incoming.commit(entryFor('a', ['bob'], { prefix: Buffer.alloc(0), cuts }));
          const wanted = Buffer.concat([whole.subarray(0, cuts[0]?.start), whole.subarray(cuts[0]?.end ?? size)]);
          assert.ok((await store.read('a')).equals(wanted));
          const again = await reopen();
          assert.ok((await again.read('a')).equals(wanted));
          assert.deepEqual(await takenIds(again, now), ['a']);
        }));
    }

    it('keeps bytes, not characters, in prefixes', () =>
      withStore(open, async ({ store, reopen }) => {
        const prefix = Buffer.from([88, 58, 32, 0xff, 0xfe, 0x80, 0, 13, 10]);
        const entry = entryFor('a', ['bob'], { prefix });
        await put(store, { ...entry, recipients: entry.recipients.map(one => ({ ...one, prefix })) });
        assert.deepEqual((await (await reopen()).get('a'))?.recipients[0]?.prefix, prefix);
        assert.deepEqual((await (await reopen()).get('a'))?.prefix, prefix);
      }));

    it('is put once when the same id comes twice, also at the same time', () =>
      withStore(open, async ({ store }, now) => {
        await Promise.all([put(store, entryFor('a', ['bob']), 'one'), put(store, entryFor('a', ['bob']), 'one')]);
        await put(store, entryFor('a', ['bob']), 'one');
        assert.deepEqual(await takenIds(store, now), ['a']);
        assert.equal(store.counts().messages, 1);
      }));

    it('is nothing when it was abandoned, and cannot be committed twice', () =>
      withStore(open, async ({ store }, now) => {
        const gone = store.begin();
        await gone.write(Buffer.from('x'));
        gone.abandon();
        gone.abandon();
        await assert.rejects(gone.commit(entryFor('a', ['bob'])), isFault('bad-input'));
        const twice = store.begin();
        await twice.commit(entryFor('b', ['bob']));
        twice.abandon();
        await assert.rejects(twice.commit(entryFor('c', ['bob'])), isFault('bad-input'));
        assert.deepEqual(await takenIds(store, now), ['b']);
      }));

    it('is refused with cuts out of order or outside, and without a recipient', () =>
      withStore(open, async ({ store }) => {
        for (const cuts of [
          [{ start: 0, end: 11 }],
          [{ start: 5, end: 4 }],
          [
            { start: 2, end: 4 },
            { start: 3, end: 5 },
          ],
          [{ start: -1, end: 2 }],
        ]) {
          await assert.rejects(put(store, entryFor('a', ['bob'], { cuts }), '0123456789'), isFault('bad-input'));
        }
        await assert.rejects(put(store, entryFor('a', [])), isFault('bad-input'));
        await put(store, entryFor('a', ['bob'], { cuts: [{ start: 0, end: 10 }] }), '0123456789');
      }));
  });

  describe(`${name}: what becomes of it`, () => {
    it('leaves when the last recipient is done or failed', () =>
      withStore(open, async ({ store, reopen }, now) => {
        await put(store, entryFor('a', ['bob', 'carol']));
        await store.take(now, 1);
        await store.done('a', 1, '250 ok');
        assert.deepEqual(
          (await store.get('a'))?.progress.map(one => one.state),
          ['waiting', 'done'],
        );
        const again = await reopen();
        assert.deepEqual((await again.take(now, 1))[0]?.recipients, [0]);
        assert.deepEqual((await again.get('a'))?.progress[1], {
          state: 'done',
          attempts: 1,
          nextAt: now,
          lastReason: '250 ok',
        });
        await again.fail('a', 0, '550 no');
        assert.equal(await again.get('a'), undefined);
        assert.deepEqual(again.counts(), { messages: 0, bytes: 0, oldestAt: undefined });
        assert.deepEqual(await takenIds(await reopen(), now), []);
      }));

    it('waits as long as it was told to, not a millisecond less', () =>
      withStore(open, async ({ store, reopen, clock }, now) => {
        await put(store, entryFor('a', ['bob', 'carol']));
        await store.take(now, 1);
        await store.later('a', 0, now + 300_000, '451 busy');
        await store.later('a', 1, now + 600_000, '451 busy too');
        for (const queue of [store, await reopen()]) {
          assert.equal(queue.nextDueAt(), now + 300_000);
          assert.deepEqual(await takenIds(queue, now + 299_999), []);
        }
        clock.advance(300_000);
        const again = await reopen();
        const [due] = await again.take(now + 300_000, 1);
        assert.deepEqual(due?.recipients, [0]);
        assert.deepEqual(due?.message.progress[0], {
          state: 'waiting',
          attempts: 1,
          nextAt: now + 300_000,
          lastReason: '451 busy',
        });
        assert.equal(again.nextDueAt(), now + 600_000);
      }));

    it('waits no longer than was meant when the clock was set back over a restart', () =>
      withStore(open, async ({ store, reopen, clock }, now) => {
        await put(store, entryFor('a', ['bob'], { acceptedAt: now + 86_400_000 }));
        clock.advance(86_400_000);
        await put(store, entryFor('b', ['bob'], { acceptedAt: clock.now() }));
        await store.later('b', 0, clock.now() + 60_000, 'busy');
        clock.jump(-86_400_000);
        const again = await reopen();
        assert.deepEqual(await takenIds(again, now), ['a']);
        assert.equal(again.nextDueAt(), now + 60_000);
      }));

    it('moves its waits with the wall clock', () =>
      withStore(open, async ({ store }, now) => {
        await put(store, entryFor('a', ['bob']));
        await store.later('a', 0, now + 60_000, 'busy');
        store.shift(3_600_000);
        assert.equal(store.nextDueAt(), now + 3_660_000);
        store.shift(-3_600_000);
        assert.equal(store.nextDueAt(), now + 60_000);
      }));

    it('belongs to who took it until settled or given back', () =>
      withStore(open, async ({ store, reopen }, now) => {
        await put(store, entryFor('a', ['bob', 'carol']));
        assert.deepEqual(await takenIds(store, now), ['a']);
        assert.deepEqual(await takenIds(store, now), []);
        assert.equal(store.nextDueAt(), undefined);
        store.giveBack('a', 1);
        assert.deepEqual((await store.take(now, 1))[0]?.recipients, [1]);
        assert.deepEqual((await (await reopen()).take(now, 1))[0]?.recipients, [0, 1]);
      }));

    it('is taken earliest first, no more than asked for', () =>
      withStore(open, async ({ store }, now) => {
        for (const [id, wait] of [
          ['a', 3],
          ['b', 1],
          ['c', 2],
          ['d', 4],
        ] as const) {
          await put(store, entryFor(id, ['bob'], { acceptedAt: now + wait }));
        }
        assert.deepEqual(await takenIds(store, now + 3, 2), ['b', 'c']);
        assert.deepEqual(await takenIds(store, now + 3, 2), ['a']);
        assert.deepEqual(await takenIds(store, now + 3, 0), []);
        assert.equal(store.nextDueAt(), now + 4);
      }));

    it('is told of nothing twice, and verbs for what is gone do nothing', () =>
      withStore(open, async ({ store }, now) => {
        await put(store, entryFor('a', ['bob', 'carol']));
        await store.done('a', 0, 'first');
        await store.fail('a', 0, 'second');
        await store.later('a', 0, now + 5, 'third');
        await store.done('a', 7, 'no such recipient');
        await store.later('a', -1, now, 'no such recipient');
        await store.done('nobody', 0, '');
        store.giveBack('nobody', 0);
        assert.deepEqual((await store.get('a'))?.progress[0], {
          state: 'done',
          attempts: 1,
          nextAt: now,
          lastReason: 'first',
        });
      }));

    it('tells its listener when something is due earlier', () =>
      withStore(open, async ({ store }, now) => {
        const heard: number[] = [];
        store.onDue(at => heard.push(at));
        await put(store, entryFor('a', ['bob']));
        assert.deepEqual(heard, [now]);
        await store.take(now, 1);
        await store.later('a', 0, now + 9, 'busy');
        assert.equal(heard.at(-1), now + 9);
        await store.hasten('a', now + 1);
        assert.equal(heard.at(-1), now + 1);
      }));
  });

  operatorSuite(name, open);
}
