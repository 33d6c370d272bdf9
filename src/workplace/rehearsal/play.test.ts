// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSettings } from '../../index.ts';
import { EventClock } from '../../operation/rehearsal/event-clock.ts';
import { figuresOf } from '../../operation/rehearsal/figures.ts';
import { models } from '../../operation/rehearsal/models/all.ts';
import { play, type Played } from '../../operation/rehearsal/play.ts';
import { readPopulation, type Population } from '../../operation/rehearsal/population.ts';
import { smallPopulation } from '../../operation/rehearsal/population.suite.ts';
import { buildWorld } from '../../operation/rehearsal/world.ts';
import { rehearsedModel, rehearsedOurs } from './desk.ts';

const config = readSettings('');
const policies = [...models.map(model => rehearsedModel(model, config.smtp)), rehearsedOurs('ours', config)];

function populationOf(text: string): Population {
  const read = readPopulation(text);
  assert.ok(read.ok, read.ok ? '' : read.problems.join());
  return read.value;
}

function played(name: string, population = populationOf(smallPopulation)): Promise<Played> {
  const policy = policies.find(one => one.name === name);
  assert.ok(policy);
  return play(buildWorld(population), policy, new EventClock(), { keepsTried: true });
}

/** Every connection, without what the population calls its sender. */
const verdicts = ({ tried }: Played) =>
  tried
    .map(
      ({ ip, at, tries, fates, heldMs }) =>
        `${at} ${ip} ${tries} ${heldMs} ${fates.map(({ to, stage, code }) => `${to} ${stage} ${code}`).join(', ')}`,
    )
    .sort();

describe('a play', () => {
  for (const { name } of policies) {
    it(`comes out the same each time: ${name}`, async () => {
      assert.deepEqual(verdicts(await played(name)), verdicts(await played(name)));
    });

    it(`judges nobody by what the file calls him: ${name}`, async () => {
      const plain = populationOf(smallPopulation);
      const labels = plain.classes.map(({ name: called, truth, kind }) => ({ name: called, truth, kind }));
      const permuted = plain.classes.map((one, i) => ({ ...one, ...labels[(i + 1) % labels.length] }));
      const text = JSON.stringify({ ...plain, classes: permuted.map(({ id: _id, ...one }) => one).reverse() });
      assert.deepEqual(verdicts(await played(name, populationOf(text))), verdicts(await played(name, plain)));
    });
  }

  it('tells every message of every class', async () => {
    const population = populationOf(smallPopulation);
    const { byClass, spam, ham, stopped, lost } = figuresOf(population, await played('none', population));
    assert.deepEqual(
      byClass.map(({ name }) => name),
      ['offices', 'bots', 'pool'],
    );
    assert.deepEqual([ham, spam, lost], [48, 72, 0]);
    assert.ok(stopped !== null && stopped < 30, 'only what was sent to nobody but strangers to the directory');
  });
});

describe('a model', () => {
  it('puts off as postgrey does, and knows a client after five', async () => {
    const few = smallPopulation
      .replace('mailboxes = 5', 'mailboxes = 1')
      .replace('true }\nretry', 'true }\nsender = "one"\nretry');
    const { stories } = await played('postgrey', populationOf(few));
    const offices = stories.filter(({ mail }) => mail.classIndex === 0);
    const first = offices.filter(({ mail }) => mail.isFirstContact);
    assert.ok(first.every(({ deliveredAfterMs }) => (deliveredAfterMs ?? 0) >= 300_000));
    assert.ok(
      offices.some(({ deliveredAfterMs }) => deliveredAfterMs === 0),
      'a triplet that is known',
    );
    const bots = stories.filter(({ mail, last }) => mail.classIndex === 1 && last?.code === 450);
    assert.ok(bots.length > 0 && bots.every(({ reachedData }) => !reachedData));
  });

  it('pauses as postscreen does: six seconds for strangers, 550 for early talkers and the listed', async () => {
    const { stories, tried } = await played('postscreen');
    const offices = stories.filter(({ mail }) => mail.classIndex === 0);
    assert.ok(offices.every(({ deliveredAfterMs }) => deliveredAfterMs === 6_000 || deliveredAfterMs === 0));
    const replies = new Set(tried.flatMap(({ fates }) => fates.map(({ stage, code }) => `${stage} ${code}`)));
    assert.deepEqual([...replies].filter(reply => reply !== 'accepted 250').sort(), ['greeting 0', 'recipient 550']);
  });

  it('asks who passed the deep tests to come again, once', async () => {
    const { tried } = await played('postscreen-deep');
    const office = tried.filter(({ ip }) => ip === tried.find(one => one.ip.startsWith('198.51.100.'))?.ip);
    assert.deepEqual(
      office.slice(0, 2).map(({ fates }) => fates[0]?.code),
      [450, 250],
    );
    assert.ok(office.slice(1).every(({ fates }) => fates[0]?.code === 250));
  });

  it('holds who looks like an end user as taRgrey does', async () => {
    const { stories } = await played('targrey');
    const bots = stories.filter(({ mail }) => mail.classIndex === 1);
    assert.ok(
      bots.every(({ reachedData }) => !reachedData),
      'none waits 125 s',
    );
    const pool = stories.filter(({ mail }) => mail.classIndex === 2);
    assert.ok(
      pool.some(({ deliveredAfterMs }) => deliveredAfterMs === 125_000),
      'no name, and patience',
    );
  });
});
