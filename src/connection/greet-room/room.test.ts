// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noSuspicion, type Suspicion } from '../../core/suspicion.ts';
import { openRoom, suspect } from './room.suite.ts';

const soon = () => new Promise(setImmediate);

describe('greet room', () => {
  it('lets a clean stranger wait two seconds, and suspects 8 to 25 by what was found', () => {
    const { clock, come, told } = openRoom();
    come('clean');
    come('some', suspect(1));
    come('half', suspect(4.5));
    come('worst', suspect(30));
    come('name', suspect(0, { isDelayed: true }));
    clock.advance(30_000);
    deepEqual(told(), [
      'clean stranger over 2',
      'some suspect over 8',
      'name suspect over 8',
      'half suspect over 16.5',
      'worst suspect over 25',
    ]);
  });

  it('lets nobody wait whom a list of good senders, or of the operator, has', () => {
    const { come, told } = openRoom();
    come('good', suspect(-1));
    come('allowed', suspect(20, { isAllowed: true }));
    deepEqual(told(), ['good stranger over 0', 'allowed stranger over 0']);
  });

  it('looks at a client before it lets it in, though nobody clean waits', async () => {
    const { clock, come, told } = openRoom({ clean: '0s' });
    const late = Promise.withResolvers<Suspicion>();
    come('clean');
    come('bad', suspect(8));
    come('late', late.promise);
    deepEqual(told(), ['clean stranger over 0', 'late stranger over 0']);
    late.resolve(suspect(8));
    await soon();
    clock.advance(30_000);
    deepEqual(told(), ['bad suspect over 25']);
  });

  it('looks while it waits: what comes late makes the wait longer or ends it, and the way goes on without it', async () => {
    const { clock, come, told } = openRoom();
    const bad = Promise.withResolvers<Suspicion>();
    const good = Promise.withResolvers<Suspicion>();
    come('bad', bad.promise);
    come('good', good.promise);
    come('never', new Promise(() => {}));
    clock.advance(1_000);
    bad.resolve(suspect(8));
    good.resolve(suspect(-3));
    await soon();
    deepEqual(told(), ['good stranger over 1']);
    clock.advance(1_200);
    deepEqual(told(), ['never stranger over 2']);
    clock.advance(30_000);
    deepEqual(told(), ['bad suspect over 25']);
  });

  it('hears of a fault in looking, and lets in', async () => {
    const { clock, come, told, faults } = openRoom();
    come('one', Promise.reject(new Error('a bug')));
    await soon();
    clock.advance(3_000);
    deepEqual(told(), ['one stranger over 2']);
    equal(faults.length, 1);
  });

  it('takes one who speaks for a suspect', () => {
    const { clock, come, told } = openRoom();
    const talker = come('talker');
    clock.advance(500);
    talker?.talk(10);
    clock.advance(10_000);
    deepEqual(told(), []);
    clock.advance(20_000);
    deepEqual(told(), ['talker early-talk over 12.9']);
  });

  it('notes how long one held on that hung up', () => {
    const { clock, come, told } = openRoom();
    const one = come('one', suspect(8));
    clock.advance(4_000);
    one?.hangUp();
    clock.advance(60_000);
    deepEqual(told(), ['one suspect hang-up 4']);
  });

  it('says the first line of the greeting at once where it is asked to', () => {
    const { come } = openRoom({ teaser: true });
    deepEqual(come('one')?.said, ['220-mx ESMTP\r\n']);
    deepEqual(come('good', suspect(-1))?.said, []);
  });

  it('lets those wait on whose address has all its places, and lets them in one by one', () => {
    const { clock, come, told, places } = openRoom({}, undefined, 1);
    for (const name of ['a', 'b', 'c']) come(name);
    clock.advance(2_000);
    deepEqual(told(), ['a stranger over 2']);
    clock.advance(8_000);
    deepEqual(told(), []);
    places.free = 1;
    clock.advance(500);
    equal(told().length, 1);
    clock.advance(30_000);
    match(told().join(), /^[bc] no-place over 30$/);
  });

  it('tells all that the server stops', () => {
    const { room, clock, come, told } = openRoom();
    const [one, two] = [come('one'), come('two', suspect(8))];
    clock.advance(1_000);
    room.empty();
    deepEqual([one?.said, two?.said], [['421 drained\r\n'], ['421 drained\r\n']]);
    deepEqual(told(), ['one stranger drained 1', 'two suspect drained 1']);
    equal(room.size, 0);
  });
});

describe('a greet room that is full', () => {
  it('sends the worst away, and where nobody is bad lets the next go by', () => {
    const { room, come, told } = openRoom({ heldAtMost: 4 });
    const worse = come('worse', suspect(6));
    come('bad', suspect(3));
    come('clean');
    come('fourth');
    ok(come('fifth'));
    deepEqual(worse?.said, ['421 room\r\n']);
    deepEqual(told(), ['worse suspect refused 0']);
    ok(come('sixth'));
    deepEqual(told(), ['bad suspect refused 0']);
    equal(come('seventh'), undefined);
    equal(room.size, 4);
  });

  it('is never larger than there are descriptors for', () => {
    const { room, come } = openRoom({}, 2);
    for (const name of ['a', 'b', 'c']) come(name);
    equal(room.size, 2);
  });

  it('sends nobody away for one whose network has all its places', () => {
    const { room, come, told } = openRoom({ heldAtMost: 3, heldPerNetwork: 2 });
    come('bad', suspect(5));
    for (const name of ['a', 'b', 'c']) come(name, noSuspicion, 7);
    deepEqual(told(), ['c stranger refused 0']);
    equal(room.size, 3);
  });

  it('lets no network have more for being full', () => {
    const { come, told } = openRoom({ heldAtMost: 2, heldPerNetwork: 2 });
    for (const name of ['a', 'b']) come(name, noSuspicion, 7);
    notEqual(come('c', noSuspicion, 7), undefined);
    deepEqual(told(), ['c stranger refused 0']);
  });

  it('has no more than so many from one network', () => {
    const { room, come, told } = openRoom({ heldPerNetwork: 2 });
    for (const name of ['a', 'b', 'c']) come(name, noSuspicion, 7);
    come('elsewhere', noSuspicion, 8);
    deepEqual(told(), ['c stranger refused 0']);
    equal(room.size, 3);
  });

  it('has twice as many from an IPv6 /56 as from a /64, and four times as many from a /48, whatever addresses are taken', () => {
    const { room, come } = openRoom({ heldPerNetwork: 10 });
    const rush = (networkOf: (i: number) => string): number => {
      const before = room.size;
      for (let i = 0; i < 100; i++) come(`one`, noSuspicion, networkOf(i));
      return room.size - before;
    };
    equal(
      rush(() => '2001:db8:1::/64'),
      10,
    );
    equal(
      rush(i => `2001:db8:2:${i.toString(16)}::/64`),
      20,
    );
    equal(
      rush(i => `2001:db8:3:${(i * 256).toString(16)}::/64`),
      40,
    );
    equal(
      rush(i => `2001:db8:${(i + 16).toString(16)}::/64`),
      100,
    );
    equal(
      rush(i => `2001:db8:2:${(i + 256).toString(16)}::/64`),
      20,
    );
  });

  it('counts an IPv6 network down again in all its widths', () => {
    const { room, clock, come } = openRoom({ heldPerNetwork: 1 });
    for (let i = 0; i < 20; i++) {
      ok(come(`${i}`, noSuspicion, `2001:db8:2:${i.toString(16)}::/64`));
      equal(room.size, 1);
      clock.advance(3_000);
    }
  });

  it('counts a network down again however a wait ended', () => {
    const { clock, come, told } = openRoom({ heldPerNetwork: 1 });
    for (let i = 0; i < 10; i++) {
      const one = come(`${i}`, noSuspicion, 7);
      if (i % 2 === 0) one?.hangUp();
      else clock.advance(3_000);
    }
    deepEqual(
      told().filter(line => line.includes('refused')),
      [],
    );
  });

  it('waits less and less while it fills', () => {
    const { clock, come, told } = openRoom({ heldAtMost: 10 });
    for (let i = 1; i <= 10; i++) come(`${i}`);
    clock.advance(3_000);
    const waits = told().map(line => Number(line.split(' ').at(-1)));
    equal(Math.max(...waits), 2);
    equal(Math.min(...waits), 0.4);
  });

  it('is not brought down by 20,000 connections from one /16: the worst go, memory has an end, and a stranger waits as ever', () => {
    const { room, clock, come, told } = openRoom({ heldAtMost: 5_000 });
    for (let i = 0; i < 20_000; i++) come(`bot ${i}`, suspect(2), (198 << 16) | (51 << 8) | (i & 255));
    ok(room.size <= 5_000);
    ok(told().every(line => line.startsWith('bot')));
    const honest = come('honest');
    ok(honest && honest.said.length === 0);
    clock.advance(2_100);
    deepEqual(
      told().filter(line => line.startsWith('honest')),
      ['honest stranger over 0.4'],
    );
  });

  it('keeps no more of what is said too early than some megabytes', () => {
    const { room, come } = openRoom();
    const all = Array.from({ length: 100 }, (_, i) => come(`${i}`));
    for (const one of all) one?.talk(65_536);
    equal(room.size, 64);
    equal(all.filter(one => one?.isGone).length, 36);
  });
});
