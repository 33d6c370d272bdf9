// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clientAt } from '../core/client.ts';
import { Crowd } from './crowd.ts';

const enter = (crowd: Crowd, ...ips: string[]) => ips.map(ip => crowd.enter(clientAt(ip, 1)));

describe('Crowd', () => {
  it('has room for so many and no more', () => {
    assert.deepEqual(enter(new Crowd(2, 2), '192.0.2.1', '192.0.2.2', '192.0.2.3'), [true, true, false]);
  });

  it('has room for so many of one client, and still for others', () => {
    assert.deepEqual(enter(new Crowd(9, 1), '192.0.2.1', '192.0.2.1', '192.0.2.2'), [true, false, true]);
  });

  it('takes an IPv6 /64 for one client', () => {
    assert.deepEqual(enter(new Crowd(9, 1), '2001:db8::1', '2001:db8::2', '2001:db8:0:1::1'), [true, false, true]);
  });

  it('has room again when one has left', () => {
    const crowd = new Crowd(1, 1);
    enter(crowd, '192.0.2.1');
    crowd.leave(clientAt('192.0.2.1', 2));
    assert.deepEqual(enter(crowd, '192.0.2.1', '192.0.2.1'), [true, false]);
  });

  it('does not count those it turned away', () => {
    const crowd = new Crowd(1, 1);
    enter(crowd, '192.0.2.1', '192.0.2.1', '192.0.2.1');
    crowd.leave(clientAt('192.0.2.1', 1));
    assert.deepEqual(enter(crowd, '192.0.2.2'), [true]);
  });

  it('lets those stay for whom there would be no room any more', () => {
    const crowd = new Crowd(2, 2);
    enter(crowd, '192.0.2.1', '192.0.2.2');
    crowd.resize(1, 1);
    crowd.leave(clientAt('192.0.2.1', 1));
    assert.deepEqual(enter(crowd, '192.0.2.3'), [false]);
  });
});

describe('a crowd that grows', () => {
  const strangers = (crowd: Crowd, count: number, ipOf: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => crowd.enter(clientAt(ipOf(i), 1), false)).filter(Boolean).length;

  it('keeps its last tenth for friends', () => {
    const crowd = new Crowd(100, 100);
    assert.equal(
      strangers(crowd, 200, i => `198.${i}.100.1`),
      90,
    );
    assert.equal(enter(crowd, ...Array.from({ length: 11 }, (_, i) => `192.0.2.${i}`)).filter(Boolean).length, 10);
  });

  it('gives one large network no more than half, and others the rest', () => {
    const crowd = new Crowd(100, 100);
    assert.equal(
      strangers(crowd, 20_000, i => `198.51.${i & 255}.${(i >> 8) & 255}`),
      50,
    );
    assert.equal(
      strangers(crowd, 20, i => `203.0.113.${i}`),
      20,
    );
  });

  it('takes an IPv6 /48 for one large network', () => {
    const crowd = new Crowd(100, 100);
    assert.equal(
      strangers(crowd, 1_000, i => `2001:db8:1:${i.toString(16)}::1`),
      50,
    );
    assert.equal(
      strangers(crowd, 20, i => `2001:db8:2:${i.toString(16)}::1`),
      20,
    );
  });

  it('counts a network down again', () => {
    const crowd = new Crowd(10, 10);
    for (let i = 0; i < 50; i++) {
      assert.ok(crowd.enter(clientAt('198.51.100.1', i), false));
      crowd.leave(clientAt('198.51.100.1', i));
    }
  });
});
