// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TestClock } from '../core/clock.ts';
import { TimerWheel } from './timer-wheel.ts';

function wheelOf(slots = 16) {
  const clock = new TestClock();
  const ran: string[] = [];
  const wheel = new TimerWheel(clock, { tickMs: 1_000, slots });
  return { clock, wheel, ran, timer: (name: string) => wheel.timer(() => ran.push(name)) };
}

describe('TimerWheel', () => {
  it('runs work up to a tick late and never early', () => {
    const { clock, ran, timer } = wheelOf();
    timer('a').set(3_000);
    clock.advance(2_999);
    assert.deepEqual(ran, []);
    clock.advance(1_001);
    assert.deepEqual(ran, ['a']);
  });

  it('runs each work once', () => {
    const { clock, ran, timer } = wheelOf();
    timer('a').set(1_000);
    clock.advance(100_000);
    assert.deepEqual(ran, ['a']);
  });

  it('waits longer than a round', () => {
    const { clock, ran, timer } = wheelOf();
    timer('a').set(100_000);
    clock.advance(99_999);
    assert.deepEqual(ran, []);
    clock.advance(1_001);
    assert.deepEqual(ran, ['a']);
  });

  it('takes a later deadline over an earlier one, and an earlier over a later', () => {
    const { clock, ran, timer } = wheelOf();
    const [later, earlier] = [timer('later'), timer('earlier')];
    later.set(2_000);
    later.set(8_000);
    earlier.set(8_000);
    earlier.set(2_000);
    clock.advance(4_000);
    assert.deepEqual(ran, ['earlier']);
    clock.advance(5_000);
    assert.deepEqual(ran, ['earlier', 'later']);
  });

  it('runs nothing that was cancelled', () => {
    const { clock, ran, timer } = wheelOf();
    const cancelled = timer('a');
    cancelled.set(2_000);
    cancelled.cancel();
    clock.advance(10_000);
    assert.deepEqual(ran, []);
  });

  it('lets work set its timer anew', () => {
    const { clock, wheel } = wheelOf();
    let count = 0;
    const timer = wheel.timer(() => {
      count++;
      timer.set(5_000);
    });
    timer.set(5_000);
    clock.advance(50_000);
    assert.ok(count >= 8 && count <= 10, `${count}`);
  });

  it('runs all that is due after it stood still', () => {
    const { clock, ran, timer } = wheelOf();
    timer('a').set(1_000);
    clock.advance(1_000_000);
    timer('b').set(3_000);
    clock.advance(4_000);
    assert.deepEqual(ran, ['a', 'b']);
  });

  it('starts no timer of the clock while nothing waits', () => {
    let started = 0;
    const clock = new TestClock();
    const counting = {
      now: () => 0,
      monotonic: () => clock.monotonic(),
      after: (ms: number, work: () => void) => (started++, clock.after(ms, work)),
    };
    const wheel = new TimerWheel(counting);
    clock.advance(100_000);
    assert.equal(started, 0);
    for (let i = 0; i < 1_000; i++) wheel.timer(() => {}).set(5_000);
    assert.equal(started, 1);
  });
});
