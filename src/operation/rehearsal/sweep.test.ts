// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { populationSchema, readPopulation } from './population.ts';
import { smallPopulation } from './population.suite.ts';
import { variantsOf } from './sweep.ts';

const read = readPopulation(smallPopulation);
assert.ok(read.ok);
const population = read.value;
const variants = variantsOf(population, 50);
const named = (says: string) => variants.find(one => one.says === says)?.population;

describe('a sweep', () => {
  it('changes every number that is assumed, one at a time, down and up', () => {
    assert.equal(named('messagesPerDay × 0.5')?.messagesPerDay, 30);
    assert.equal(named('bots: answerPatienceSeconds × 1.5')?.classes[1]?.answerPatienceSeconds, 45);
    assert.deepEqual(named('bots: patienceSeconds.from × 0.5')?.classes[1]?.patienceSeconds, { from: 1.5, to: 40 });
    assert.equal(named('pool: addresses.perSender × 1.5')?.classes[2]?.addresses.perSender, 11);
  });

  it('moves a schedule as a whole', () => {
    assert.deepEqual(named('offices: retry.minutes × 1.5')?.classes[0]?.retry, {
      schedule: 'minutes',
      minutes: [22.5, 45, 90],
    });
  });

  it('keeps to what the format allows, and leaves alone what is no assumption', () => {
    for (const {
      population: { classes, ...rest },
    } of variants)
      assert.ok(populationSchema.safeParse({ ...rest, classes: classes.map(({ id: _id, ...one }) => one) }).success);
    assert.deepEqual(
      variants.filter(({ says }) => /seed|days|\bid\b/.test(says.replace('messagesPerDay', ''))),
      [],
    );
  });

  it('lets chance be the same', () => {
    const ids = population.classes.map(({ id }) => id);
    assert.ok(variants.every(one => one.population.classes.every(({ id }, i) => id === ids[i])));
  });
});
