// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { it } from 'node:test';
import { TestClock } from '../core/clock.ts';
import { AnswerPace } from './answer-pace.ts';

it('allows a network so many answers in a second, and as many in the next', () => {
  const clock = new TestClock();
  const pace = new AnswerPace(clock, () => 2);
  const ask = () => ['192.0.2.1', '192.0.2.99', '192.0.2.1', '198.51.100.1'].map(ip => pace.allows(ip));
  deepEqual(ask(), [true, true, false, true]);
  clock.advance(999);
  equal(pace.allows('192.0.2.1'), false);
  clock.advance(1);
  deepEqual(ask(), [true, true, false, true]);
});

it('keeps no more networks than it can', () => {
  const pace = new AnswerPace(new TestClock(), () => 1);
  for (let i = 0; i < 10_000; i++) equal(pace.allows(`${1 + (i >> 8)}.${i & 255}.0.1`), true);
  equal(pace.allows('198.51.100.1'), false);
});
