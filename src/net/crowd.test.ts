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
