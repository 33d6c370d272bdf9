// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mailsOf, nextTryMs, tryOf } from './mail.ts';
import { readPopulation } from './population.ts';
import { smallPopulation } from './population.suite.ts';
import { buildWorld } from './world.ts';

function worldOf(text: string) {
  const read = readPopulation(text);
  assert.ok(read.ok, read.ok ? '' : read.problems.join());
  return buildWorld(read.value);
}

/** Minutes after the first try at which the others come. */
function tries(retry: string, more = ''): readonly number[] {
  const text = smallPopulation.replace(
    'retry = { schedule = "minutes", minutes = [15, 30, 60] }',
    `retry = ${retry}\nretryJitter = 0\n${more}`,
  );
  const world = worldOf(text);
  const mail = mailsOf(world).find(({ classIndex }) => classIndex === 0);
  assert.ok(mail);
  const all: number[] = [];
  for (let i = 0, next = nextTryMs(world, mail, 0); next !== undefined && i < 8; next = nextTryMs(world, mail, ++i))
    all.push(Math.round(next / 6_000) / 10);
  return all;
}

describe('the tries of a message', () => {
  it('come as the schedule says', () => {
    assert.deepEqual(tries('{ schedule = "none" }'), []);
    assert.deepEqual(tries('{ schedule = "minutes", minutes = [1, 2, 3, 5, 8] }'), [1, 2, 3, 5, 8, 11, 14, 17]);
    assert.deepEqual(tries('{ schedule = "quadratic", seconds = 600 }'), [10, 40, 90, 160, 250, 360, 490, 640]);
    assert.deepEqual(
      tries('{ schedule = "geometric", firstMinutes = 5, factor = 2, mostMinutes = 30 }'),
      [5, 15, 35, 65, 95, 125, 155, 185],
    );
  });

  it('end when the sender gives up', () => {
    assert.deepEqual(tries('{ schedule = "minutes", minutes = [15, 30, 60] }', 'giveUpHours = 1'), [15, 30, 60]);
    assert.deepEqual(tries('{ schedule = "minutes", minutes = [15, 30, 60] }', 'giveUpHours = 0.6'), [15, 30]);
  });

  it('come from other addresses of the pool where its sender has one', () => {
    const world = worldOf(smallPopulation);
    const pooled = mailsOf(world).filter(({ classIndex }) => classIndex === 2);
    const used = new Set(pooled.flatMap(mail => [0, 1, 2, 3].map(i => tryOf(world, mail, i).host.ip)));
    assert.equal(used.size, 7);
    const [mail] = mailsOf(world);
    assert.ok(mail);
    assert.deepEqual(tryOf(world, mail, 1), tryOf(world, mail, 1));
  });
});

describe('the messages of a play', () => {
  it('are as many as the file says, in the order of time, each with recipients', () => {
    const mails = mailsOf(worldOf(smallPopulation));
    assert.equal(mails.length, 120);
    assert.ok(mails.every((mail, i) => i === 0 || mail.at >= (mails[i - 1]?.at ?? 0)));
    assert.ok(mails.every(({ to }) => to.length >= 1 && to.length <= 3));
    assert.equal(mails.filter(({ isFirstContact, classIndex }) => isFirstContact && classIndex === 0).length, 5);
  });
});
