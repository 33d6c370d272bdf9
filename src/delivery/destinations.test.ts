// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TestClock } from '../core/clock.ts';
import { Destinations } from './destinations.ts';

interface Named {
  readonly destination: string;
  readonly name: string;
}

function open(concurrency: number, each: number) {
  const clock = new TestClock();
  const destinations = new Destinations<Named>(clock, { concurrency, limitOf: () => each });
  const add = (destination: string, count: number) => {
    for (let i = 0; i < count; i++) destinations.add({ destination, name: `${destination}${i}` });
  };
  const startAll = (): Named[] => {
    const started: Named[] = [];
    for (let job = destinations.start(); job; job = destinations.start()) started.push(job);
    return started;
  };
  return { clock, destinations, add, startAll };
}

describe('destinations', () => {
  it('take turns, each within its bound and all within theirs', () => {
    const { destinations, add, startAll } = open(5, 2);
    add('a', 4);
    add('b', 1);
    add('c', 9);
    const started = startAll();
    deepEqual(
      started.map(job => job.name),
      ['a0', 'b0', 'c0', 'a1', 'c1'],
    );
    equal(destinations.size, 14);
    equal(destinations.running, 5);
    for (const job of started) destinations.finish(job);
    deepEqual(
      startAll().map(job => job.name),
      ['a2', 'c2', 'a3', 'c3'],
    );
  });

  it('rest longer each time they are found dead, up to half an hour, and not at all once they are well', () => {
    const { clock, destinations } = open(5, 2);
    const rests: number[] = [];
    for (let i = 0; i < 9; i++) {
      destinations.isUnreachable('a');
      destinations.isUnreachable('a');
      rests.push(destinations.restOf('a') / 1_000);
      clock.advance(destinations.restOf('a'));
      equal(destinations.restOf('a'), 0);
    }
    deepEqual(rests, [30, 60, 120, 240, 480, 960, 1_800, 1_800, 1_800]);
    destinations.isWell('a');
    destinations.isUnreachable('a');
    equal(destinations.restOf('a'), 30_000);
  });

  it('let one job alone ask a destination that was dead', () => {
    const { clock, destinations, add, startAll } = open(5, 3);
    destinations.isUnreachable('a');
    clock.advance(30_000);
    add('a', 5);
    const [first] = startAll();
    equal(destinations.running, 1);
    destinations.isWell('a');
    if (first) destinations.finish(first);
    equal(startAll().length, 3);
  });

  it('give back what has not begun', () => {
    const { destinations, add, startAll } = open(2, 2);
    add('a', 3);
    add('b', 1);
    startAll();
    deepEqual(
      destinations.takeWaiting().map(job => job.name),
      ['a1', 'a2'],
    );
    equal(destinations.size, 2);
  });
});
